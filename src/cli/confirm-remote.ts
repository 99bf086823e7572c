import { envFileVariables, loadProject, type ModelVariable, modelVariables } from '../compose/index.ts';
import { FlotillaError } from '../core/error.ts';
import type { Encoded } from '../core/go-json.ts';
import { redact } from '../core/redact.ts';
import { isSecretName } from '../core/secret-name.ts';
import { compareBytes, stripControl } from '../core/text.ts';
import type { CommandContext } from './command.ts';
import type { CommandProject } from './load.ts';
import { renderTable } from './output/table.ts';
import { yesOrNo } from './questions.ts';

type Context = Pick<CommandContext, 'global' | 'io'>;

/**
 * Before a project is run that came from elsewhere, wholly or in part: where it is now, what it takes from yet other
 * places, and which variables of this machine it gets to see. Rejects with `run.cancelled` for a no, with
 * `run.question` when there is nobody to ask; then no value is shown, for what nobody reads may be kept in a log.
 */
export async function confirmRemote(
  context: Context,
  { project, remotes, loadOptions }: CommandProject,
  assumeYes: boolean,
): Promise<void> {
  const { io } = context;
  const say = (text: string) => io.stderr.write(stripControl(redact(text)));
  const first = remotes.find(({ from }) => from === 'command-line');
  if (first !== undefined) {
    say(
      `Your compose stack ${JSON.stringify(first.reference)} is stored in ${JSON.stringify(project.workingDir)}\n`,
    );
  }
  if (assumeYes) return;
  const others = new Set(
    remotes.filter(({ from }) => from !== 'command-line').map(({ reference }) => reference),
  );
  if (others.size > 0) {
    say('\nWarning: This Compose project includes files from remote sources:\n');
    for (const reference of others) say(`  - ${reference}\n`);
    say('\nRemote includes could potentially be malicious. Make sure you trust the source.\n');
    await confirm(context, 'Do you want to continue?', false);
  }
  const asWritten = await loadProject({
    ...loadOptions,
    skip: { interpolation: true, consistency: true },
  });
  const model = asWritten.plainModel();
  if (model === undefined) {
    say('\nThe variables in its configuration decide what it reads, so they cannot be listed.\n');
    return await confirm(context, '\nDo you want to proceed with these variables?', false);
  }
  const written = await modelVariables(model);
  const named = new Set(written.map(({ name }) => name));
  const unread = await loadProject({ ...loadOptions, skip: { environmentResolution: true } });
  const byName = new Set([
    ...passedThrough(model),
    ...(unread.project === undefined ? [] : await envFileVariables(unread.project, loadOptions.files)),
  ]);
  const variables = [
    ...written,
    ...[...byName]
      .filter((name) => !named.has(name))
      .map((name) => ({ name, required: false, defaultValue: '', presenceValue: '' })),
  ].sort((left, right) => compareBytes(left.name, right.name));
  if (variables.length === 0) return;
  say('\nFound the following variables in configuration:\n');
  say(
    yesOrNo(io) === undefined
      ? `${variables.map(({ name }) => name).join(' ')}\n`
      : table(variables, project.environment, io.environment),
  );
  await confirm(context, '\nDo you want to proceed with these variables?', true);
}

/** Variables that are taken by their name alone: `environment: [TOKEN]`, `args: {TOKEN:}`, `secrets.x.environment`. */
function passedThrough(model: Encoded): readonly string[] {
  const services = valuesOf(at(model, 'services'));
  const lists = services.flatMap((service) => [at(service, 'environment'), at(at(service, 'build'), 'args')]);
  const sources = ['secrets', 'configs']
    .flatMap((kind) => valuesOf(at(model, kind)))
    .map((source) => at(source, 'environment'))
    .filter((name) => typeof name === 'string');
  return [...new Set([...lists.flatMap(namesWithoutValue), ...sources])];
}

function namesWithoutValue(list: Encoded | undefined): readonly string[] {
  if (list instanceof Map) return [...list].flatMap(([name, value]) => (value === null ? [name] : []));
  if (!Array.isArray(list)) return [];
  return list.filter((item) => typeof item === 'string' && !item.includes('='));
}

function at(value: Encoded | undefined, key: string): Encoded | undefined {
  return value instanceof Map ? value.get(key) : undefined;
}

function valuesOf(value: Encoded | undefined): readonly Encoded[] {
  return value instanceof Map ? [...value.values()] : [];
}

async function confirm({ io }: Context, message: string, otherwise: boolean): Promise<void> {
  const ask = yesOrNo(io);
  if (ask === undefined) {
    throw new FlotillaError('run.question', message.trim(), {
      hint: 'Run it in a terminal to answer, or say yes to everything with --yes.',
    });
  }
  if (!(await ask(message, otherwise)))
    throw new FlotillaError('run.cancelled', 'operation cancelled by user');
}

function table(
  variables: readonly ModelVariable[],
  values: ReadonlyMap<string, string>,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  const rows = variables.map(({ name, required, defaultValue }) => {
    const given = values.get(name);
    const [value, source] =
      given !== undefined
        ? [given, environment[name] === undefined ? 'env file' : 'environment']
        : defaultValue === ''
          ? ['<unset>', 'none']
          : [defaultValue, 'compose file'];
    const shown = given !== undefined && isSecretName(name) ? '***' : value;
    const cells = [name, shown, source, required ? 'yes' : 'no', defaultValue];
    return cells.map((cell) => cell.replace(/\s+/g, ' '));
  });
  const columns = ['VARIABLE', 'VALUE', 'SOURCE', 'REQUIRED', 'DEFAULT'];
  return renderTable(columns, rows, { padding: 3, minWidth: 0 });
}
