import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FlotillaError, messageOf } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { type PlanDocument, policyFromDocument, type UpPolicy } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { upOptions } from '../commands/up.ts';
import type { Selection } from './selection.ts';

/** What `flotilla plan --json` prints; schemas/plan.schema.json describes it. */
export type PlanFile = PlanDocument & { readonly selection: Selection };

export interface PlanFromFile {
  readonly expected: PlanDocument;
  readonly policy: UpPolicy;
  readonly selection: Selection;
}

export async function readPlanFile(
  context: CommandContext<typeof upOptions>,
  path: string,
): Promise<PlanFromFile> {
  refuseOtherChoices(context);
  const file = parse(await read(resolve(context.io.cwd, path), path), path);
  return { expected: file, policy: policyFromDocument(file), selection: file.selection };
}

/** The plan has decided these already. */
function refuseOtherChoices({ options, arguments: services }: CommandContext<typeof upOptions>): void {
  const given = [
    [services.length > 0, 'service names'],
    [options.alwaysRecreateDeps, '--always-recreate-deps'],
    [options.forceRecreate, '--force-recreate'],
    [options.noDeps, '--no-deps'],
    [options.noRecreate, '--no-recreate'],
    [options.noStart, '--no-start'],
    [options.pull !== 'policy', '--pull'],
    [options.removeOrphans !== undefined, '--remove-orphans'],
    [options.renewAnonVolumes, '--renew-anon-volumes'],
    [options.scale.length > 0, '--scale'],
    [options.timeout !== undefined, '--timeout'],
    [options.wait, '--wait'],
    [options.waitTimeout !== undefined, '--wait-timeout'],
  ] as const;
  const first = given.find(([isGiven]) => isGiven)?.[1];
  if (first === undefined) return;
  throw new FlotillaError('cli.usage', `--plan-file cannot be combined with ${first}`, {
    hint: `The plan has decided that already; give ${first} to "flotilla plan".`,
  });
}

async function read(path: string, shown: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new FlotillaError('cli.usage', `cannot read the plan ${quote(shown)}: ${messageOf(error)}`, {
      hint: 'Make one with "flotilla plan --json >FILE".',
      cause: error,
    });
  }
}

function parse(text: string, shown: string): PlanFile {
  const file = jsonOf(text);
  if (file !== undefined && isPlanFile(file)) return file;
  const version = file?.['version'];
  throw new FlotillaError(
    'cli.usage',
    typeof version === 'number' && version !== 1
      ? `${quote(shown)} is a plan of version ${version}, which this Flotilla does not know`
      : `${quote(shown)} is no plan`,
    { hint: 'Make one with "flotilla plan --json >FILE".' },
  );
}

type Json = Readonly<Record<string, unknown>>;

/** Whether all is there that a run reads; schemas/plan.schema.json says more. */
function isPlanFile(file: Json): file is Json & PlanFile {
  const { version, digest, policy, selection, steps, questions } = file;
  return (
    version === 1 &&
    typeof digest === 'string' &&
    isList(steps, (step) => isText(step['id']) && isText(step['reason'])) &&
    isList(questions, (question) => isText(question['message'])) &&
    isMapping(policy) &&
    ['targets', 'pulled', 'approvals', 'refusals'].every((key) => isTexts(policy[key])) &&
    ['recreate', 'recreateDependencies'].every((key) => isText(policy[key])) &&
    ['renewAnonymousVolumes', 'removeOrphans', 'ignoreOrphans', 'start', 'wait'].every(
      (key) => typeof policy[key] === 'boolean',
    ) &&
    isMapping(selection) &&
    isTexts(selection['services']) &&
    isTexts(selection['scale']) &&
    typeof selection['noDeps'] === 'boolean' &&
    isText(selection['pull'])
  );
}

function isMapping(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isList(value: unknown, isItem: (item: Json) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isMapping(item) && isItem(item));
}

function jsonOf(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
