import { FlotillaError } from '../../core/error.ts';
import { labels } from '../../core/labels.ts';
import { quote } from '../../core/text.ts';
import type { ContainerState, ObservedContainer } from '../../runtime/index.ts';
import { checkServiceNames, listContainers } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { psOptions } from '../commands/ps.ts';
import { loadOrName } from '../load.ts';
import { psLayout, psRows } from '../output/ps.ts';
import { formatRows } from '../output/rows.ts';
import { withSession } from '../session.ts';

type PsContext = CommandContext<typeof psOptions>;

const states: readonly ContainerState[] = [
  'paused',
  'restarting',
  'removing',
  'running',
  'dead',
  'created',
  'exited',
];

export async function run(context: PsContext): Promise<number> {
  const { options, io } = context;
  const wanted = wantedStates(context);
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, context.arguments);
  return withSession(context, { reports: false }, async (session) => {
    const listed = await listContainers(session, {
      projectName,
      services: new Set(context.arguments as never[]),
      all: options.all || wanted.size > 0,
      oneOffs: options.all,
    });
    const containers = listed
      .filter((container) => wanted.size === 0 || wanted.has(container.state))
      .filter((container) => options.orphans || isKnown(project, container));
    io.stdout.write(text(context, containers, session.clock.now()));
    return 0;
  });
}

function text({ options }: PsContext, containers: readonly ObservedContainer[], now: number): string {
  if (options.quiet) return lines(containers.map((container) => container.id));
  if (options.services) {
    return lines([...new Set(containers.map((container) => container.labels[labels.service] ?? ''))]);
  }
  return formatRows(psRows(containers, { now, noTrunc: options.noTrunc }), options.format, psLayout);
}

function wantedStates({ options }: PsContext): ReadonlySet<string> {
  const filtered = options.filter.map((filter) => {
    const [key, value] = filter.split('=');
    if (key === 'status' && value !== undefined) return value;
    throw new FlotillaError('cli.usage', `unsupported filter ${quote(filter)}`, {
      hint: 'The filter is `status=STATE`, e.g. `--filter status=running`.',
    });
  });
  const wanted = [...options.status, ...filtered];
  for (const state of wanted) {
    if (states.includes(state as ContainerState)) continue;
    throw new FlotillaError('cli.usage', `unknown state ${quote(state)}`, {
      hint: `It is one of ${states.join(', ')}.`,
    });
  }
  return new Set(wanted);
}

function isKnown(
  project:
    | {
        readonly services: ReadonlyMap<string, unknown>;
        readonly disabledServices: ReadonlyMap<string, unknown>;
      }
    | undefined,
  container: ObservedContainer,
): boolean {
  const service = container.labels[labels.service] ?? '';
  return project === undefined || project.services.has(service) || project.disabledServices.has(service);
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('');
}
