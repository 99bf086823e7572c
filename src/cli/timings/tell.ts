import type { Operation } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { upOptions } from '../commands/up.ts';
import { createStyle, wantsColour } from '../style.ts';

/** Tells where the time of a run went, when that was asked for; loads nothing otherwise. */
export async function tellTimings(
  { options, global, io }: CommandContext<typeof upOptions>,
  operation: Operation,
  makeRoom: () => void = () => {},
): Promise<void> {
  const file = options.timingsFile;
  if (!options.timings && file === undefined) return;
  const { reportTimings } = await import('./index.ts');
  makeRoom();
  await reportTimings(io, operation, {
    print: options.timings,
    style: createStyle(wantsColour(io.stderr, io, global)),
    ...(file === undefined ? {} : { file }),
  });
}
