import type { ServiceName } from '../../core/ids.ts';
import { checkServiceNames, watchStats } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { statsOptions } from '../commands/stats.ts';
import { loadOrName } from '../load.ts';
import { formatRows } from '../output/rows.ts';
import { statsLayout, statsRows } from '../output/stats.ts';
import { chooseReporterMode } from '../reporters/index.ts';
import { createScreen, defaultRows } from '../reporters/screen.ts';
import { withSession } from '../session.ts';

type StatsContext = CommandContext<typeof statsOptions>;

export async function run(context: StatsContext): Promise<number> {
  const { options, io, arguments: names } = context;
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, names);
  return withSession(context, { reports: false }, async (session) => {
    const services = new Set(names as readonly ServiceName[]);
    const show = isLive(context) ? liveTable(context) : (text: string) => io.stdout.write(text);
    const told = new Set<string>();
    for await (const listed of watchStats(session, { projectName, services, all: options.all })) {
      for (const reason of listed.flatMap(({ stats }) => stats?.missing ?? [])) {
        if (told.has(reason)) continue;
        told.add(reason);
        io.stderr.write(`warning: ${reason}\n`);
      }
      show(formatRows(statsRows(listed, options), options.format, statsLayout));
      if (options.noStream) return 0;
    }
    return session.interrupts.exitCode() ?? 0;
  });
}

/** Lines of JSON are for programs, which want them all. */
function isLive({ options, global, io }: StatsContext): boolean {
  if (options.noStream || options.format === 'json') return false;
  const mode = chooseReporterMode({
    progress: undefined,
    ansi: global.noAnsi ? 'never' : global.ansi,
    isTTY: io.stdout.isTTY,
    terminal: io.environment['TERM'],
  });
  return mode === 'tty';
}

/** Draws each table over the one before, as much of it as the terminal has room for. */
function liveTable({ io }: StatsContext): (text: string) => void {
  const screen = createScreen(io.stdout);
  return (text) => {
    const lines = text.split('\n').slice(0, -1);
    const room = (io.stdout.rows ?? defaultRows) - 1;
    const left = lines.length - room;
    screen.draw(left <= 0 ? lines : [...lines.slice(0, room - 1), `… ${left + 1} more`]);
  };
}
