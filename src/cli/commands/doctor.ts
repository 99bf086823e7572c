import { defineCommand } from '../command.ts';
import type { OptionTable } from '../option.ts';

export const doctorOptions = {
  format: { kind: 'text', summary: 'Format of the output', choices: ['pretty', 'json'] },
} as const satisfies OptionTable;

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'Show what can run containers here, and mend what crashes have left behind',
  details:
    'With --dry-run it only shows what killed commands have left behind: mounts, names, devices, control groups and such.',
  group: 'manage',
  dryRun: 'as-usual',
  options: doctorOptions,
  arguments: [],
  examples: [{ command: 'flotilla doctor', shows: 'Which runtime is taken, and why not the other' }],
  load: () => import('../actions/doctor.ts'),
});
