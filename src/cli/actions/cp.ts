import { isAbsolute, join } from 'node:path';
import { FlotillaError } from '../../core/error.ts';
import { serviceName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { archiveOf, checkServiceNames, copyContainers, copyFrom, copyInto } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { cpOptions } from '../commands/cp.ts';
import { loadOrName } from '../load.ts';
import { type CommandSession, reporterMode, withSession } from '../session.ts';
import { dryRunPrefix } from './dry-run.ts';

type CpContext = CommandContext<typeof cpOptions>;

export async function run(context: CpContext): Promise<number> {
  const { options, io, global } = context;
  const [source = '', destination = ''] = context.arguments;
  const copy = directionOf(source, destination);
  const { project, projectName } = await loadOrName(context);
  checkServiceNames(project, [copy.service]);
  return withSession(context, { reports: false }, async (session) => {
    const containers = await copyContainers(session, {
      projectName,
      service: serviceName(copy.service),
      oneOffs: options.all,
      ...(options.index === undefined ? {} : { index: options.index }),
    });
    const chosen = copy.kind === 'into' ? containers : containers.slice(0, 1);
    if (global.dryRun) {
      for (const { name } of chosen) io.stdout.write(`${dryRunPrefix}${sentence(copy, name)}\n`);
      return 0;
    }
    if (copy.kind === 'into') await into(context, session, chosen, copy);
    else for (const container of chosen) await from(context, session, container, copy);
    return session.interrupts.exitCode() ?? 0;
  });
}

interface Copy {
  readonly kind: 'into' | 'from';
  readonly service: string;
  /** In the container. */
  readonly path: string;
  /** Of this machine, or `-`. */
  readonly local: string;
}

function directionOf(source: string, destination: string): Copy {
  const [from, to] = [splitArgument(source), splitArgument(destination)];
  if (from.service !== undefined && to.service !== undefined) {
    throw new FlotillaError('cli.usage', 'copying between services is not supported', {
      hint: 'Copy out of the one, and then into the other: `flotilla cp a:/x - | flotilla cp - b:/y`.',
    });
  }
  const inside = from.service === undefined ? to : from;
  const { service } = inside;
  if (service === undefined) {
    throw new FlotillaError('cli.usage', 'unknown copy direction', {
      hint: 'One of the two is SERVICE:PATH.',
    });
  }
  if (inside.path === '') {
    throw new FlotillaError('cli.usage', `there is no path in ${quote(`${service}:`)}`, {
      hint: `The root of its containers is ${quote(`${service}:/`)}.`,
    });
  }
  return inside === from
    ? { kind: 'from', service, path: from.path, local: to.path }
    : { kind: 'into', service, path: to.path, local: from.path };
}

/** A path that begins with `/` or `.` is one of this machine, even with a colon in it. */
function splitArgument(text: string): { readonly service?: string; readonly path: string } {
  const colon = text.indexOf(':');
  if (colon < 1 || isAbsolute(text) || text.startsWith('.')) return { path: text };
  return { service: text.slice(0, colon), path: text.slice(colon + 1) };
}

async function into(
  context: CpContext,
  session: CommandSession,
  containers: readonly ObservedContainer[],
  copy: Copy,
): Promise<void> {
  const { options, io } = context;
  if (copy.local === '-' && containers.length > 1) {
    throw new FlotillaError(
      'cli.usage',
      `service ${quote(copy.service)} has ${containers.length} containers`,
      {
        hint: 'Standard input can be read only once: choose a container with --index.',
      },
    );
  }
  const stdin = copy.local === '-' ? io.stdin.stream() : undefined;
  try {
    for (const container of containers) {
      await copyInto(session, container, {
        source: stdin ?? pathOf(copy.local, io.cwd),
        path: copy.path,
        ownedByUser: options.archive,
        followLinks: options.followLink,
        onLeftOut: leftOut(context),
      });
      report(context, copy, container);
    }
  } finally {
    // Whoever writes to it may never end.
    stdin?.destroy();
  }
}

async function from(
  context: CpContext,
  session: CommandSession,
  container: ObservedContainer,
  copy: Copy,
): Promise<void> {
  const { options, io } = context;
  const request = { path: copy.path, followLinks: options.followLink };
  if (copy.local === '-') {
    for await (const piece of await archiveOf(session, container, request)) io.stdout.write(piece);
  } else {
    const keepOwners = options.archive && io.userId === '0';
    if (options.archive && !keepOwners) {
      io.stderr.write('warning: the copy is yours: only root may give files to their owners\n');
    }
    await copyFrom(session, container, {
      ...request,
      destination: pathOf(copy.local, io.cwd),
      keepOwners,
      onLeftOut: leftOut(context),
    });
  }
  report(context, copy, container);
}

/** With the slash or dot at its end, which mean something. */
function pathOf(local: string, cwd: string): string {
  const end = /(?:^|\/)\.?$/.exec(local)?.[0] ?? '';
  const path = isAbsolute(local) ? local : join(cwd, local);
  return end === '' ? path : `${path.replace(/\/$/, '')}/${end.replace('/', '')}`;
}

function leftOut({ io }: CpContext): (path: string) => void {
  return (path) => io.stderr.write(`warning: left out ${quote(path)}: it is a socket, a pipe or a device\n`);
}

function report(context: CpContext, copy: Copy, { name }: ObservedContainer): void {
  const mode = reporterMode(context);
  if (mode === 'tty' || mode === 'plain') context.io.stderr.write(` ${sentence(copy, name)}  Copied\n`);
}

/** In docker compose's words. */
function sentence({ kind, path, local }: Copy, name: string): string {
  const inside = `${name}:${path}`;
  return kind === 'into' ? `${name} copy ${local} to ${inside}` : `${name} copy ${inside} to ${local}`;
}
