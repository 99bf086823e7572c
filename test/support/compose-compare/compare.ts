import { nodeFiles, renderProject } from '../../../src/compose/index.ts';
import type { ProjectCase } from '../compose-cases/project-case.ts';
import { loadCase } from './flotilla.ts';
import { hashesOf } from './hashes.ts';
import { isListed } from './listed.ts';
import { runReference, writeCase } from './reference.ts';

/** One way in which the two tools disagree about a project. */
export interface Difference {
  /** The same for differences that look alike. */
  readonly sort: string;
  readonly detail: string;
}

export interface Comparison {
  readonly accepted: boolean;
  readonly difference: Difference | undefined;
  /** The two differ in a way that docs/differences.md lists. */
  readonly listed: boolean;
}

export interface CompareOptions {
  readonly program: string;
  /** Where the case is written; its last part is the default project name. */
  readonly folder: string;
  /** Also ask for JSON and for hashes; each is one more call. */
  readonly thorough: boolean;
}

/** Loads a case with both tools: accepted or refused, YAML bytes, and when asked for JSON bytes and hashes. */
export async function compareCase(given: ProjectCase, options: CompareOptions): Promise<Comparison> {
  const { program, folder, thorough } = options;
  writeCase(given, folder);
  const [theirs, ours] = await Promise.all([
    runReference(program, given, folder),
    loadCase(given, folder, nodeFiles()),
  ]);
  const found = (sort: string, detail: string): Comparison => {
    const listed = isListed({ given, theirs, ours });
    return { accepted: theirs.accepted, difference: listed ? undefined : { sort, detail }, listed };
  };
  if (ours.kind === 'broken') return found('broken', ours.reason);
  if (theirs.accepted && ours.kind === 'refused') {
    return found(`only refused here: ${general(ours.errors.split('\n')[0] ?? '')}`, ours.errors);
  }
  if (ours.kind === 'refused') return { accepted: false, difference: undefined, listed: false };
  if (!theirs.accepted) {
    return found(`only accepted here: ${general(lastLine(theirs.errors))}`, theirs.errors);
  }
  const yaml = firstDifference(theirs.output, renderProject(ours.project, { format: 'yaml', dialect: 'v2' }));
  if (yaml !== undefined) return found(`yaml: ${general(yaml.sort)}`, yaml.detail);
  if (thorough) {
    const [json, hashes] = await Promise.all([
      runReference(program, given, folder, ['--format', 'json']),
      hashesOf(given, { program, folder, resolved: theirs.output, project: ours.project }),
    ]);
    const jsonText = renderProject(ours.project, { format: 'json', dialect: 'v2' });
    const inJson = json.accepted ? firstDifference(json.output, jsonText) : undefined;
    if (inJson !== undefined) return found(`json: ${general(inJson.sort)}`, inJson.detail);
    const inHash = hashes === undefined ? undefined : firstDifference(hashes.theirs, hashes.ours);
    if (inHash !== undefined) return found('hash', inHash.detail);
  }
  return { accepted: true, difference: undefined, listed: false };
}

function firstDifference(theirs: string, ours: string): { sort: string; detail: string } | undefined {
  if (theirs.trimEnd() === ours.trimEnd()) return undefined;
  const left = theirs.trimEnd().split('\n');
  const right = ours.trimEnd().split('\n');
  const at = left.findIndex((line, index) => line !== right[index]);
  const from = at === -1 ? left.length : at;
  const window = (lines: readonly string[]): string =>
    lines.slice(Math.max(0, from - 4), from + 4).join('\n');
  return {
    sort: `${left[from] ?? ''} <> ${right[from] ?? ''}`,
    detail: `docker compose:\n${window(left)}\nFlotilla:\n${window(right)}`,
  };
}

function lastLine(errors: string): string {
  return errors.trim().split('\n').at(-1) ?? '';
}

/** A message without what is particular to one project. */
function general(message: string): string {
  return message
    .replaceAll(/(?:\/[\w.@-]+)+/g, 'PATH')
    .replaceAll(/services\.[^\s:]+?\.(?=[a-z])/g, 'services.*.')
    .replaceAll(/"[^"]*"|'[^']*'/g, '"…"')
    .replaceAll(/\d+/g, '0')
    .slice(0, 140);
}
