import { homedir } from 'node:os';
import { nodeFiles } from '../compose/index.ts';
import { superviseProject, systemClock } from '../runtime/index.ts';

/** What dist/supervisor.cjs runs: it looks after one project of the native engine and ends with it. */
const [project = ''] = process.argv.slice(2);
superviseProject({
  project,
  pid: process.pid,
  supervisor: [process.execPath, ...process.argv.slice(1, 2)],
  environment: process.env,
  home: process.env['HOME'] ?? homedir(),
  files: nodeFiles(),
  now: systemClock.now,
}).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exit(1);
  },
);
