import { type ModelVariable, modelRedaction, modelVariables, renderModel } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import { type Encoded, goJson } from '../../core/go-json.ts';
import { quote } from '../../core/text.ts';
import { loadUninterpolated } from '../load.ts';
import { composeTable, renderTable } from '../output/table.ts';
import { type ConfigContext, warnAboutServices } from './config-request.ts';

/** The variables of the files as a table, JSON or YAML; nothing is evaluated, and the files need not be right. */
export async function variablesText(context: ConfigContext): Promise<string> {
  const { options } = context;
  if (context.arguments.length > 0) await warnAboutServices(context, '--variables');
  const { model } = await loadUninterpolated(context, {
    skip: { validation: true, normalization: options.noNormalize, pathResolution: options.noPathResolution },
  });
  const found = await modelVariables(model, options.format === 'yaml' ? 'yaml' : 'json');
  const variables = options.redact ? await withoutSecrets(found) : found;
  switch (options.format) {
    case undefined:
    case '':
    case 'table':
    case 'pretty':
      return table(variables);
    case 'json':
      return `${goJson(records(variables, jsonNames), { indent: 4, escapeHtml: false })}\n\n`;
    case 'yaml':
      return renderModel(records(variables, yamlNames), 'yaml').replaceAll(/^ {2}/gm, '    ');
    default:
      throw new FlotillaError('cli.usage', `format value ${quote(options.format)} could not be parsed`, {
        hint: 'With --variables, --format is table, json or yaml.',
      });
  }
}

async function withoutSecrets(variables: readonly ModelVariable[]): Promise<readonly ModelVariable[]> {
  const hide = await modelRedaction(new Map());
  const hidden = (name: string, text: string): string => {
    const shown = hide(new Map([['environment', new Map([[name, text]])]]));
    const section = shown instanceof Map ? shown.get('environment') : undefined;
    return section instanceof Map ? String(section.get(name)) : '';
  };
  return variables.map((variable) => ({
    ...variable,
    defaultValue: hidden(variable.name, variable.defaultValue),
    presenceValue: hidden(variable.name, variable.presenceValue),
  }));
}

/** As wide as docker compose's. */
function table(variables: readonly ModelVariable[]): string {
  const rows = variables.map(({ name, required, defaultValue, presenceValue }) => [
    name,
    String(required),
    defaultValue,
    presenceValue,
  ]);
  const columns = ['NAME', 'REQUIRED', 'DEFAULT VALUE', 'ALTERNATE VALUE'];
  return renderTable(columns, rows, composeTable);
}

const jsonNames = ['Name', 'DefaultValue', 'PresenceValue', 'Required'] as const;
const yamlNames = ['name', 'defaultvalue', 'presencevalue', 'required'] as const;

function records(
  variables: readonly ModelVariable[],
  [name, defaultValue, presenceValue, required]: typeof jsonNames | typeof yamlNames,
): Encoded {
  return new Map(
    variables.map((variable) => [
      variable.name,
      new Map<string, Encoded>([
        [name, variable.name],
        [defaultValue, variable.defaultValue],
        [presenceValue, variable.presenceValue],
        [required, variable.required],
      ]),
    ]),
  );
}
