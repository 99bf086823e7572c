import { type Operator, parseTemplate, substitute } from '../interpolate/template.ts';
import type { Trace } from '../trace.ts';
import type { ExplainedVariable } from './explanation.ts';

/** What interpolation saw: the process's variables and the project's name; env files are in the trace. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly projectName: string;
}

/** The variables that the text asked for, those in defaults that were taken included. */
export function variablesOf(
  text: string,
  files: Trace['environment'],
  surroundings: Surroundings,
): readonly ExplainedVariable[] {
  if (!text.includes('$')) return [];
  const parts = parseTemplate(text);
  if ('invalid' in parts) return [];
  return parts.flatMap((part) => {
    if (typeof part === 'string') return [];
    const found = variable(part.name, files, surroundings);
    const isSet =
      found.value !== undefined && !(part.operator?.startsWith(':') === true && found.value === '');
    if (takesArgument(part.operator, isSet)) {
      const inner = variablesOf(part.argument, files, surroundings);
      return [part.operator?.endsWith('+') === true ? found : withDefault(found, part.argument), ...inner];
    }
    return [found];
  });

  function withDefault(found: ExplainedVariable, argument: string): ExplainedVariable {
    const lookup = (name: string) => variable(name, files, surroundings).value;
    const value = substitute(argument, { lookup, unset: () => undefined });
    const why = found.value === undefined ? 'it is not set' : 'it is empty';
    return {
      name: found.name,
      ...(value.kind === 'text' ? { value: value.text } : {}),
      source: `default in the expression, because ${why}`,
    };
  }
}

function takesArgument(operator: Operator | undefined, isSet: boolean): boolean {
  if (operator === undefined) return false;
  return operator.endsWith('+') ? isSet : operator.endsWith('-') && !isSet;
}

/** One variable and who gives it. */
export function variable(
  name: string,
  files: Trace['environment'],
  { environment, projectName }: Surroundings,
): ExplainedVariable {
  if (name === 'COMPOSE_PROJECT_NAME') return { name, value: projectName, source: 'name of the project' };
  const own = environment[name];
  if (own !== undefined) return { name, value: own, source: 'process environment' };
  for (const group of files) {
    for (const file of [...group].reverse()) {
      const entry = file.entries.get(name);
      if (entry === undefined) continue;
      const at = file.source.range(entry.at.start, entry.at.end);
      return { name, value: entry.value, source: `${at.file}:${at.start.line}:${at.start.column}`, at };
    }
  }
  return { name, source: 'not set anywhere: blank' };
}
