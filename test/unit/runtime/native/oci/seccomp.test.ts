import { describe, expect, test } from 'vitest';
import { runtimeConfig } from '../../../../../src/runtime/native/oci/index.ts';
import { ableMachine, runtimeInput } from '../../../../support/runtime-input.ts';

function policyOf(capAdd: readonly string[], machine: Partial<typeof ableMachine> = {}) {
  const input = runtimeInput({ capAdd, capDrop: ['ALL'] }, { machine: { ...ableMachine, ...machine } });
  const { seccomp } = runtimeConfig(input).config.linux;
  if (seccomp === undefined) throw new Error('no policy');
  return seccomp;
}

function permitted(...args: Parameters<typeof policyOf>): ReadonlySet<string> {
  const rules = policyOf(...args).syscalls.filter(({ action }) => action === 'SCMP_ACT_ALLOW');
  return new Set(rules.flatMap(({ names }) => names));
}

const everything = ableMachine.capabilities.map((name) => name.slice(4));

describe('the default seccomp policy', () => {
  test('refuses what it does not name with EPERM', () => {
    expect(policyOf([])).toMatchObject({
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 1,
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    });
  });

  test('permits what programs do all day', () => {
    const names = permitted([]);
    const usual =
      'read write openat close mmap execve futex clone socket accept4 epoll_wait statx getrandom wait4 rseq ptrace';
    for (const name of usual.split(' ')) expect(names, name).toContain(name);
  });

  test('permits to nobody what reaches the kernel behind the namespaces', () => {
    const names = permitted(everything);
    const never =
      'kexec_load kexec_file_load keyctl add_key request_key io_uring_setup userfaultfd swapon nfsservctl create_module';
    for (const name of never.split(' ')) expect(names, name).not.toContain(name);
  });

  test('permits some things with a capability only', () => {
    const plain = permitted([]);
    const opened = (capability: string) =>
      [...permitted([capability])].filter((name) => !plain.has(name)).sort();
    expect(opened('SYS_PTRACE')).toEqual(['kcmp', 'pidfd_getfd', 'process_madvise']);
    expect(opened('SYS_CHROOT')).toEqual(['chroot']);
    expect(opened('SYS_TIME')).toEqual(['clock_settime', 'clock_settime64', 'settimeofday', 'stime']);
    expect(opened('DAC_READ_SEARCH')).toEqual(['open_by_handle_at']);
    expect(opened('NET_ADMIN')).toEqual([]);
    expect(opened('SYS_ADMIN').join(' ')).toMatchInlineSnapshot(
      `"bpf clone3 fanotify_init fsconfig fsmount fsopen fspick listmount lookup_dcookie mount mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname sethostname setns statmount syslog umount umount2 unshare"`,
    );
  });

  test('lets threads be made, but no namespaces, and tells libc to ask in a way that can be looked at', () => {
    const about = (name: string, capAdd: readonly string[]) =>
      policyOf(capAdd).syscalls.filter(({ names }) => names.includes(name) && names.length === 1);
    expect(about('clone', [])).toEqual([
      {
        names: ['clone'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, value: 0x7e020000, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      },
    ]);
    expect(about('clone3', [])).toEqual([{ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 }]);
    expect([about('clone', ['SYS_ADMIN']), about('clone3', ['SYS_ADMIN'])]).toEqual([[], []]);
  });

  test('knows other architectures and old kernels', () => {
    const plain = permitted([]);
    const opened = (machine: Partial<typeof ableMachine>) =>
      [...permitted([], machine)].filter((name) => !plain.has(name)).sort();
    expect(policyOf([], { architecture: 'arm64' }).architectures).toEqual([
      'SCMP_ARCH_AARCH64',
      'SCMP_ARCH_ARM',
    ]);
    expect(opened({ architecture: 'arm64' }).join(' ')).toBe(
      'arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls sync_file_range2',
    );
    expect(opened({ architecture: 'riscv64' })).toEqual(['riscv_flush_icache', 'riscv_hwprobe']);
    expect(permitted([], { architecture: 'arm64' })).not.toContain('arch_prctl');
    expect(permitted([], { kernel: [4, 7] })).not.toContain('ptrace');
    const flags = policyOf([], { architecture: 's390x' }).syscalls.find(({ names }) =>
      names.includes('clone'),
    );
    expect(flags?.args?.[0]?.index).toBe(1);
  });

  test('names nothing twice among what everybody may do', () => {
    const [first] = policyOf([]).syscalls;
    expect(new Set(first?.names).size).toBe(first?.names.length);
  });
});
