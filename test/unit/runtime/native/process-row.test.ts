import { expect, it } from 'vitest';
import { processRow } from '../../../../src/runtime/native/containers/process-row.ts';

const now = new Date(2026, 10, 27, 16, 30).getTime();
const context = { now, bootedAt: new Date(2026, 10, 27, 10, 0).getTime(), users: new Map([['0', 'root']]) };

/** Began `began` seconds after the boot, and had `used` seconds of the processor. */
function row({
  began = 0,
  used = 0,
  terminal = 0,
  uid = 0,
  name = 'sh',
  commandLine = 'sh\0-c\0exit\0',
  state = 'S',
}) {
  const fields = [state, 7, 1, 1, terminal, -1, 0, 0, 0, 0, 0, used * 100, 0, 0, 0, 20, 0, 1, 0, began * 100];
  const stat = `42 (${name}) ${fields.join(' ')}`;
  return processRow(
    { pid: 42, stat, status: `Name:\tx\nUid:\t5\t${uid}\t5\t5\n`, commandLine },
    context,
  ).join('|');
}

it('shows a process as ps -ef does', () => {
  expect(row({})).toBe('root|42|7|0|10:00|?|00:00:00|sh -c exit');
  expect(row({ began: 6 * 3600, used: 900, terminal: 0x8803, uid: 33 })).toBe(
    '33|42|7|50|16:00|pts/3|00:15:00|sh -c exit',
  );
  expect(row({ began: -86_400, used: 90_061 })).toBe('root|42|7|82|Nov26|?|1-01:01:01|sh -c exit');
  expect(row({ began: -400 * 86_400 })).toContain('|2025|');
});

it('names what has no command line, and passes no control characters on', () => {
  expect(row({ name: 'a) (b', commandLine: '' })).toContain('|[a) (b]');
  expect(row({ state: 'Z', commandLine: '' })).toContain('|[sh] <defunct>');
  expect(row({ commandLine: 'sh\0\x1b[2J\0' })).toContain('|sh ?[2J');
});
