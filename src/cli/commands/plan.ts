import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';
import { upOptions } from './up.ts';

export const planOptions = {
  'always-recreate-deps': upOptions['always-recreate-deps'],
  'exit-code': { kind: 'flag', summary: 'Exit with 2 when there is something to do' },
  'force-recreate': upOptions['force-recreate'],
  json: { kind: 'flag', summary: 'Print the plan as JSON, which "up --plan-file" takes' },
  'no-deps': upOptions['no-deps'],
  'no-recreate': upOptions['no-recreate'],
  'no-start': upOptions['no-start'],
  pull: upOptions.pull,
  'remove-orphans': upOptions['remove-orphans'],
  'renew-anon-volumes': upOptions['renew-anon-volumes'],
  scale: upOptions.scale,
  timeout: upOptions.timeout,
  wait: { kind: 'flag', summary: 'Plan to wait until services are running or healthy' },
  'wait-timeout': upOptions['wait-timeout'],
  yes: { kind: 'flag', short: 'y', summary: 'Plan with yes as the answer to every question' },
} as const satisfies OptionTable;

export const plan = defineCommand({
  name: 'plan',
  summary: 'Show what up would do, and why',
  details:
    'Looks at the engine and changes nothing. Each line is a step: its name, what it is about, why it is there, and after "<-" the steps that it waits for.',
  group: 'inspect',
  dryRun: 'as-usual',
  options: planOptions,
  arguments: [{ name: 'SERVICE', variadic: true }],
  examples: [
    { command: 'flotilla plan', shows: 'Every step that "flotilla up" would take, with its cause' },
    {
      command: 'flotilla plan --exit-code',
      shows: 'Exit with 0 when all is as the file says, with 2 when not',
    },
    {
      command: 'flotilla plan --json >plan.json && flotilla up --plan-file plan.json',
      shows: 'Look first, then do exactly that',
    },
  ],
  load: () => import('../actions/plan.ts'),
});
