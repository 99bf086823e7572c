import { FlotillaError } from '../../core/error.ts';
import { previewRemove, type RemoveRequest, remove } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { rmOptions } from '../commands/rm.ts';
import { yesOrNo } from '../questions.ts';
import { runLifecycle } from './lifecycle.ts';

export async function run(context: CommandContext<typeof rmOptions>): Promise<number> {
  const { options, io } = context;
  const { stop, volumes } = options;
  let asked = false;
  const confirm: NonNullable<RemoveRequest['confirm']> = async (names) => {
    asked = true;
    const message = `Going to remove ${names.join(', ')}`;
    if (options.force) {
      io.stdout.write(`${message}\n`);
      return true;
    }
    const ask = yesOrNo(io);
    if (ask !== undefined) return ask(message, false);
    throw new FlotillaError('run.question', message, {
      hint: 'Run it in a terminal to answer, or add --force.',
    });
  };
  return runLifecycle(context, {
    preview: (session, request) => previewRemove(session, { ...request, stop, volumes }),
    run: async (session, request) => {
      const operation = await remove(session, { ...request, stop, volumes, confirm });
      if (operation === undefined && !asked) io.stderr.write('No stopped containers\n');
      return operation;
    },
  });
}
