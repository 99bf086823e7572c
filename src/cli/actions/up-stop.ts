import { labels } from '../../core/labels.ts';
import { stop, type UpRequest } from '../../scheduler/index.ts';
import type { CommandSession } from '../session.ts';
import type { UpContext } from './up.ts';
import { targetsOf } from './up-overrides.ts';

/** Ends what `up` started, each container with its grace period; the second Ctrl+C kills. */
export async function stopProject(
  context: UpContext,
  session: CommandSession,
  { project, locate }: UpRequest,
): Promise<void> {
  const { stderr } = context.io;
  const gently = (): void => stderr.write('\nGracefully Stopping... press Ctrl+C again to force\n');
  if (session.drain.aborted) gently();
  else stderr.write('Aborting on container exit...\n');
  session.interrupts.onInterrupt((count) => {
    if (count > 1) return;
    session.makeRoom();
    gently();
  });
  const { timeout } = context.options;
  const services = new Set(context.arguments.length === 0 ? [] : targetsOf(project, context.arguments));
  await stop(
    { ...session, drain: new AbortController().signal },
    {
      project,
      locate,
      services,
      reason: 'the run was ended',
      ...(timeout === undefined ? {} : { timeoutSeconds: timeout }),
    },
  );
  if (session.abort.aborted) await killProject(session, project.name, services);
}

async function killProject(
  session: CommandSession,
  projectName: UpRequest['project']['name'],
  services: ReadonlySet<string>,
): Promise<void> {
  const { driver } = session;
  const never = new AbortController().signal;
  const { containers } = await driver.snapshot(
    { project: projectName, networks: [], volumes: [], images: [], only: 'containers' },
    never,
  );
  await Promise.all(
    containers
      .filter((container) => container.state === 'running' && container.labels[labels.oneOff] !== 'True')
      .filter((container) => services.size === 0 || services.has(container.labels[labels.service] ?? ''))
      .map((container) => driver.killContainer(container.id, 'SIGKILL', never)),
  );
}
