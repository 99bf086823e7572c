import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { checkServiceNames, printLogs } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { logsOptions } from '../commands/logs.ts';
import { loadOrName } from '../load.ts';
import { createLogPrinter } from '../output/log-printer.ts';
import { withSession } from '../session.ts';
import { wantsColour } from '../style.ts';
import { exitText } from './exit-text.ts';

export async function run(context: CommandContext<typeof logsOptions>): Promise<number> {
  const { options, io } = context;
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, context.arguments);
  const tail = parseTail(options.tail);
  return withSession(context, { reports: false }, async (session) => {
    const stdout = io.stdout.stream();
    const printer = createLogPrinter({
      stdout,
      // Both streams go to standard output, as docker compose does it; scripts pipe it.
      stderr: stdout,
      color: !options.noColor && wantsColour(io.stdout, io, context.global),
      prefix: !options.noLogPrefix,
      timestamps: options.timestamps,
      now: session.clock.now,
    });
    try {
      await printLogs(session, {
        projectName,
        services: new Set(context.arguments as never[]),
        ...(options.index === undefined ? {} : { index: options.index }),
        options: {
          follow: options.follow,
          timestamps: options.timestamps,
          ...(tail === undefined ? {} : { tail }),
          ...(options.since === undefined ? {} : { since: options.since }),
          ...(options.until === undefined ? {} : { until: options.until }),
        },
        sink: printer,
        onEnd: (news) => printer.status(news.displayName, exitText(news)),
      });
    } finally {
      await printer.flush();
    }
    return session.interrupts.exitCode() ?? 0;
  });
}

/** Undefined is all; so is a negative number, as with docker. */
function parseTail(text: string): number | undefined {
  if (text === 'all') return undefined;
  if (!/^-?\d+$/.test(text)) {
    throw new FlotillaError('cli.usage', `invalid value ${quote(text)} for --tail: it is a number or "all"`);
  }
  return Number(text) < 0 ? undefined : Number(text);
}
