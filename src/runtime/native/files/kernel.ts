import { statfsSync } from 'node:fs';

/** Throws ENOENT, as for what is not there, if what is in a folder is made by the kernel and no file of the container's. */
export function requireStored(folder: string): void {
  if (isMadeByKernel(folder)) {
    throw Object.assign(new Error(`ENOENT: what is in ${folder} is made by the kernel`), { code: 'ENOENT' });
  }
}

/** Whether a folder is in a file system such as /proc: what is in there has no end, and files that seem to be empty. */
export function isMadeByKernel(folder: string): boolean {
  return kernels.has(statfsSync(folder).type);
}

/** From linux/magic.h */
const kernels: ReadonlySet<number> = new Set([
  0x00009fa0, // proc
  0x62656572, // sysfs
  0x0027e0eb, // cgroup
  0x63677270, // cgroup2
  0x00001cd1, // devpts
  0x19800202, // mqueue
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x73636673, // securityfs
  0xcafe4a11, // bpf
  0x6165676c, // pstore
  0xde5e81e4, // efivarfs
  0x62656570, // configfs
  0x65735543, // fusectl
  0xf97cff8c, // selinuxfs
]);
