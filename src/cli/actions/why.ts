import { explainValue, type LoadOptions } from '../../compose/index.ts';
import { formatPosition } from '../../core/diagnostic.ts';
import { stripControl } from '../../core/text.ts';
import {
  type ContainerCause,
  causesOf,
  checkServiceNames,
  type ServiceCauses,
} from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { whyOptions } from '../commands/why.ts';
import { loadForCommand } from '../load.ts';
import { escapeControl } from '../output/json-line.ts';
import { withSession } from '../session.ts';

export async function run(context: CommandContext<typeof whyOptions>): Promise<number> {
  const { io, options } = context;
  const [name = ''] = context.arguments;
  const loaded = await loadForCommand(context, {});
  checkServiceNames(loaded.project, [name]);
  const service =
    loaded.project.services.get(name as never) ?? loaded.project.disabledServices.get(name as never);
  if (service === undefined) throw new Error(`bug in Flotilla: no service ${name}`);
  const found = await withSession(context, { reports: false }, (session) =>
    causesOf(session, loaded, service),
  );
  const causes = await withEnvFiles(found, loaded.loadOptions);
  io.stdout.write(
    options.json ? `${escapeControl(JSON.stringify(causes, null, 2))}\n` : stripControl(causesText(causes)),
  );
  return 0;
}

type Change = NonNullable<ContainerCause['changes']>[number];

/** Adds the places of variables that come from an env file: only an explanation knows them, and costs another load. */
async function withEnvFiles(causes: ServiceCauses, options: LoadOptions): Promise<ServiceCauses> {
  const isVariable = ({ after, place }: Change): boolean =>
    after !== undefined && place[0] === 'environment' && place.length === 2;
  const open = causes.containers.flatMap(({ changes = [] }) => changes.filter(isVariable));
  if (open.length === 0) return causes;
  const { explanation, leaves } = await explainValue(options, `services.${causes.service}.environment`);
  const places = new Map(
    [...(explanation === undefined ? [] : [explanation]), ...leaves].map(({ path, sources }) => [
      path,
      sources.findLast(({ kind, used }) => kind === 'env-file' && used)?.at,
    ]),
  );
  const placed = (change: Change): Change => {
    const at = places.get(`services.${causes.service}.${change.path}`);
    return isVariable(change) && at !== undefined ? { ...change, at } : change;
  };
  return {
    ...causes,
    containers: causes.containers.map((cause) =>
      cause.changes === undefined ? cause : { ...cause, changes: cause.changes.map(placed) },
    ),
  };
}

function causesText({ service, containers }: ServiceCauses): string {
  if (containers.length === 0) return `${service}: there is no container, and up would make none\n`;
  return containers.map(causeText).join('');
}

const verdicts: Readonly<Record<ContainerCause['decision'], string>> = {
  keep: 'up would leave it as it is',
  start: 'up would start it',
  restart: 'up would restart it',
  signal: 'up would send it a signal',
  create: 'up would create it',
  recreate: 'up would recreate it',
  remove: 'up would remove it',
};

function causeText(cause: ContainerCause): string {
  const { container, status, decision, reason, changes = [], contents = [] } = cause;
  const head = `${container}${status === undefined ? '' : ` (${status})`}: ${verdicts[decision]}`;
  const lines = [...(decision === 'recreate' ? changes.map(changeLine) : []), ...contents.map(contentLine)];
  if (lines.length > 0) return `${head}\n${lines.join('')}`;
  const unknown =
    decision === 'recreate' && cause.changes === undefined
      ? '\n  Another tool made this container and does not say from what, so the fields that differ are not known.'
      : '';
  return `${head}${reason === undefined ? '' : `: ${reason}`}${unknown}\n`;
}

function changeLine({ path, before, after, at }: NonNullable<ContainerCause['changes']>[number]): string {
  const position = formatPosition(at);
  return `  ${path}  ${valuesText(before, after)}${position === '' ? '' : `  ${position}`}\n`;
}

function contentLine({ path, at }: NonNullable<ContainerCause['contents']>[number]): string {
  const position = formatPosition(at);
  return `  ${path}  content changed${position === '' ? '' : `  ${position}`}\n`;
}

function valuesText(before: string | undefined, after: string | undefined): string {
  if (before === undefined) return `${after} is new`;
  if (after === undefined) return `${before} is gone`;
  // Secrets look the same before and after.
  return before === after ? 'changed' : `${before} -> ${after}`;
}
