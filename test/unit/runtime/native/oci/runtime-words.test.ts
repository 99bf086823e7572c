import { expect, test } from 'vitest';
import { runtimeWords } from '../../../../../src/runtime/native/oci/index.ts';

test.each([
  [
    'executable file `serve` not found in $PATH: No such file or directory',
    'exec: "serve": executable file not found in $PATH',
  ],
  [
    'executable file `/x` not found in $PATH: No such file or directory',
    'exec: "/x": stat /x: no such file or directory',
  ],
  ['open executable: Permission denied', 'exec: "/app/run": permission denied'],
  [
    'mount `/host/file` to `etc/dir`: Not a directory',
    'error mounting "/host/file" to rootfs at "/etc/dir": not a directory',
  ],
  ["error stat'ing file `/gone`: No such file or directory", 'bind source path does not exist: /gone'],
  ['chdir `/secret`: Permission denied', 'chdir to cwd ("/secret"): permission denied'],
  [
    'time="2026-01-01T00:00:00Z" level=error msg="runc create failed: unable to start container process: exec: \\"nope\\": executable file not found in $PATH"',
    'exec: "nope": executable file not found in $PATH',
  ],
  ['open /proc/sys/net/x: No such file or directory\n', 'open /proc/sys/net/x: No such file or directory'],
])('%s', (said, words) => {
  expect(runtimeWords(said, '/app/run')).toBe(words);
});
