import { type Diagnostic, formatPosition } from '../../core/diagnostic.ts';
import { count, shorten, stripControl } from '../../core/text.ts';
import { nodeAt } from '../explain/find.ts';
import { loadTraced } from '../load.ts';
import type { LoadOptions } from '../load-options.ts';
import { matchesGlob } from '../select/glob.ts';
import { createTrace } from '../trace.ts';
import { formatPath, originAt } from '../tree/path.ts';
import { createFilter } from './disabled.ts';
import type { LintFinding, LintRequest, LintResult } from './result.ts';
import { environmentRules } from './rules/environment.ts';
import { healthRules } from './rules/health.ts';
import { limitRules } from './rules/limits.ts';
import { mountRules } from './rules/mounts.ts';
import { portRules } from './rules/ports.ts';
import { resourceRules } from './rules/resources.ts';
import { rightsRules } from './rules/rights.ts';
import { startRules } from './rules/start.ts';
import { valueRules } from './rules/values.ts';
import type { Finding, Subject } from './subject.ts';

const rules = [
  ...startRules,
  ...healthRules,
  ...portRules,
  ...environmentRules,
  ...mountRules,
  ...rightsRules,
  ...valueRules,
  ...limitRules,
  ...resourceRules,
];

/** Loads the project and looks for settings that are deprecated, risky, or do something else than they seem to. */
export async function lint(options: LoadOptions, request: LintRequest = {}): Promise<LintResult> {
  const { services = [], disable = [] } = request;
  const trace = createTrace();
  const { project, tree, diagnostics } = await loadTraced({ ...options, keepUnusedResources: true }, trace);
  if (project === undefined || tree === undefined) return { findings: diagnostics };
  const unknown = services.filter(
    (name) => ![...project.services.keys()].some((known) => matchesGlob(name, known)),
  );
  if (unknown.length > 0) return { findings: unknown.map(noSuchService) };
  const subject: Subject = { project, tree, trace, files: options.files, environment: options.environment };
  const found: LintFinding[] = [];
  for (const rule of rules) for (const finding of await rule(subject)) found.push(located(finding, subject));
  const isOff = createFilter(project, disable);
  const findings = [...withoutDoubles(diagnostics, found), ...found].filter(({ code, path }) => {
    const service = serviceOf(path, [...project.services.keys(), ...project.disabledServices.keys()]);
    if (isOff(code, service)) return false;
    return (
      services.length === 0 || (service !== undefined && services.some((name) => matchesGlob(name, service)))
    );
  });
  return { findings: together(inFileOrder(findings)) };
}

function located(finding: Finding, { tree }: Subject): LintFinding {
  const { code, severity, path, message, hint } = finding;
  const node = nodeAt(tree, path);
  const isPlain = node?.kind === 'scalar' && node.value !== null;
  const atKey = !isPlain && typeof path.at(-1) === 'string';
  const { source, start, end } = finding.at ?? originAt(tree, path, atKey);
  return {
    code,
    severity,
    message: shorten(stripControl(message)),
    hint: shorten(stripControl(hint)),
    at: source.range(start, end),
    frame: source.frame(start, end),
    path: stripControl(formatPath(path)),
  };
}

/** Services may share their lines by an anchor or by extends: what is wrong there is said once. */
function together(findings: readonly LintFinding[]): readonly LintFinding[] {
  const groups = new Map<string, LintFinding[]>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.at === undefined ? groups.size : formatPosition(finding.at)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const places = others.filter(({ path }) => path !== first.path).length;
    if (places === 0) return [first];
    return [
      {
        ...first,
        message: `${first.message}; these lines are also those of ${count(places, 'other place')}`,
      },
    ];
  });
}

/** A swallowed dollar sign is an unset variable too; the rule says it better. */
function withoutDoubles(
  diagnostics: readonly Diagnostic[],
  found: readonly LintFinding[],
): readonly LintFinding[] {
  const swallowed = found.filter(({ code }) => code === 'lint.swallowed-dollar');
  return diagnostics.filter(({ code, at, also, message }) => {
    if (code !== 'compose.unset-variable' || at === undefined || also !== undefined) return true;
    const name = /"(\w+)"/.exec(message)?.[1] ?? '';
    return !swallowed.some(
      (each) =>
        each.at?.file === at.file &&
        each.at.start.line === at.start.line &&
        each.at.start.column >= at.start.column &&
        each.frame?.includes(`$${name}`) === true,
    );
  });
}

function serviceOf(path: string | undefined, names: readonly string[]): string | undefined {
  if (path?.startsWith('services.') !== true) return undefined;
  const rest = path.slice('services.'.length);
  const fitting = names.filter((name) => rest === name || rest.startsWith(`${name}.`));
  return fitting.sort((left, right) => right.length - left.length)[0];
}

function noSuchService(name: string): LintFinding {
  return {
    severity: 'error',
    code: 'compose.no-service',
    message: `no such service: ${name}`,
    hint: '"flotilla config --services" lists the names.',
  };
}

function inFileOrder(findings: readonly LintFinding[]): readonly LintFinding[] {
  return findings
    .map((finding, index) => ({ finding, index }))
    .sort((left, right) => {
      const [a, b] = [left.finding.at, right.finding.at];
      if (a === undefined || b === undefined || a.file !== b.file) {
        const order = (a?.file ?? '') < (b?.file ?? '') ? -1 : 1;
        return a?.file === b?.file ? left.index - right.index : order;
      }
      return a.start.line - b.start.line || a.start.column - b.start.column || left.index - right.index;
    })
    .map(({ finding }) => finding);
}
