import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { type BuildRequest, build, previewBakeFile, previewBuild } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { buildOptions } from '../commands/build.ts';
import { exitCodeOf, variablesOf, withSession } from '../session.ts';
import { loadForRun } from './converge.ts';
import { targetsOf } from './up-overrides.ts';

type BuildContext = CommandContext<typeof buildOptions>;

export async function run(context: BuildContext): Promise<number> {
  const { options, io, arguments: names } = context;
  if (options.memory !== undefined) {
    io.stderr.write(
      'warning: --memory has no effect: neither BuildKit nor buildah here limits what a build takes\n',
    );
  }
  const selection = { services: names, noDeps: !options.withDependencies, scale: [], pull: 'policy' };
  const { project, locate } = await loadForRun(context, selection, { yes: false });
  const request: BuildRequest = {
    project,
    locate,
    services: new Set(names.length === 0 || options.withDependencies ? [] : targetsOf(project, names)),
    options: {
      ...(options.noCache ? { noCache: true } : {}),
      ...(options.pull ? { pull: true } : {}),
      ...(options.ssh.length === 0 ? {} : { ssh: options.ssh }),
      ...(options.push ? { push: true } : {}),
      ...(options.check ? { check: true } : {}),
      ...(options.builder === undefined ? {} : { builder: options.builder }),
      ...(options.provenance === undefined ? {} : { provenance: options.provenance }),
      ...(options.sbom === undefined ? {} : { sbom: options.sbom }),
      args: Object.fromEntries(options.buildArg.flatMap((entry) => argument(entry, context))),
    },
  };
  if (options.print) {
    io.stdout.write(previewBakeFile(request));
    return 0;
  }
  if (context.global.dryRun) {
    const { showPlan } = await import('./dry-run.ts');
    return showPlan(io, previewBuild(request));
  }
  const progress = options.quiet ? 'quiet' : options.progress === 'rawjson' ? 'json' : options.progress;
  const shown = progress === undefined ? context : { ...context, global: { ...context.global, progress } };
  const session = { reports: true, ...variablesOf(project) };
  return withSession(shown, session, async (open) => exitCodeOf(await build(open, request), open.interrupts));
}

/** `KEY` alone takes the value of the caller's environment, and is left out when there is none. */
function argument(entry: string, { io }: BuildContext): readonly (readonly [string, string])[] {
  const equals = entry.indexOf('=');
  const key = equals < 0 ? entry : entry.slice(0, equals);
  if (key === '') {
    throw new FlotillaError('cli.usage', `invalid --build-arg ${quote(entry)}`, {
      hint: 'Write a name and its value: --build-arg VERSION=1.2',
    });
  }
  const value = equals < 0 ? io.environment[key] : entry.slice(equals + 1);
  return value === undefined ? [] : [[key, value]];
}
