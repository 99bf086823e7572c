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
  const causes = await withSession(context, { reports: false }, (session) =>
    causesOf(session, loaded, service),
  );
  io.stdout.write(
    options.json ? `${escapeControl(JSON.stringify(causes, null, 2))}\n` : stripControl(causesText(causes)),
  );
  return 0;
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
