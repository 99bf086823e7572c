import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { loadLibc } from '../../../src/runtime/native/system/libc.ts';
import { commandRunner } from '../../../src/runtime/native/system/run-command.ts';
import { createTrashCan, moveToTrash } from '../../../src/runtime/native/system/trash.ts';

const libc = await loadLibc();

test('what is thrown away goes with all that is in it, but for what somebody has mounted there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-trash-'));
  const root = { lasting: join(folder, 'lib'), volatile: join(folder, 'run'), tag: '00000000' };
  const [plain, odd, held] = ['plain', '-rf odd\n', 'held'].map((name) => join(root.lasting, name)) as [
    string,
    string,
    string,
  ];
  for (const each of [plain, odd, held]) {
    mkdirSync(join(each, 'below'), { recursive: true });
    writeFileSync(join(each, 'below', 'file'), 'x');
  }
  const trash = createTrashCan(commandRunner(libc, process.env));
  trash.add(moveToTrash(root, plain));
  trash.add(moveToTrash(root, odd));
  trash.add(moveToTrash(root, join(root.lasting, 'never was')));
  const kept = moveToTrash(root, held) ?? '';
  const point = join(kept, 'below');
  libc.mount('flotilla', point, 'tmpfs', 0, '');
  onTestFinished(() => {
    libc.unmount(point, 0);
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(point, 'precious'), 'x');
  trash.add(kept);
  await trash.settled();
  expect(existsSync(join(point, 'precious'))).toBe(true);
  const left = readdirSync(join(root.lasting, 'trash'));
  expect(left.map((name) => join(root.lasting, 'trash', name))).toEqual([kept]);
});
