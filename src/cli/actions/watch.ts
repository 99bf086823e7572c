import type { Project, Service } from '../../compose/index.ts';
import type { ServiceName } from '../../core/ids.ts';
import { type UpRequest, up } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { watchOptions } from '../commands/watch.ts';
import { watchLine } from '../output/watch.ts';
import { exitCodeOf, withSession } from '../session.ts';
import { loadForRun, plainPolicy, runOptions, showUpPlan } from './converge.ts';
import { targetsOf } from './up-overrides.ts';
import { policyOf } from './up-policy.ts';
import { withWatch } from './watching.ts';

export async function run(context: CommandContext<typeof watchOptions>): Promise<number> {
  const { options, io, arguments: names } = context;
  const selection = { services: names, noDeps: false, scale: [], pull: 'policy' };
  const { project, locate } = await loadForRun(context, selection, { yes: false });
  const services: ReadonlySet<ServiceName> = new Set(names.length === 0 ? [] : targetsOf(project, names));
  const start: UpRequest = {
    project: withBuilds(project),
    locate,
    policy: {
      ...policyOf({ io, options: plainPolicy, arguments: names }, project),
      recreateDependencies: 'never',
    },
  };
  // Without `up` nothing is changed before somebody saves something.
  if (context.global.dryRun) return options.noUp ? 0 : showUpPlan(context, start, false);
  const shown = runOptions(io, project, { yes: false, quietPull: true, quietBuild: options.quiet });
  return withSession(context, shown, async (session) => {
    const request = {
      project,
      locate,
      services,
      prune: options.prune,
      onNews: (news: Parameters<typeof watchLine>[0]) => {
        const line = watchLine(news);
        if (line === undefined || news.kind === 'disabled') return;
        session.makeRoom();
        io[line.stream].write(line.text);
      },
    };
    return withWatch(context, session, request, async (watch) => {
      if (!options.noUp) {
        const operation = await up(session, {
          ...start,
          beforeStart: ({ service, ...container }) => watch.prepare(service as ServiceName, container),
        });
        if (operation.result.outcome !== 'done') return exitCodeOf(operation, session.interrupts);
      }
      await watch.run();
      return session.interrupts.exitCode() ?? 0;
    });
  });
}

/** As docker compose does: the images of those that are developed are built first, whether they are there or not. */
function withBuilds(project: Project): Project {
  const withBuild = (service: Service): Service =>
    service.build === undefined || service.develop === undefined
      ? service
      : { ...service, pull_policy: 'build' };
  return {
    ...project,
    services: new Map([...project.services].map(([name, service]) => [name, withBuild(service)])),
  };
}
