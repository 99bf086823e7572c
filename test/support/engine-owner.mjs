// @ts-check
// Starts an engine, tells its folder, and waits to be killed: for the test that nothing is left then.
import { startEngine } from '../../scripts/lib/engine/start.mjs';

const engine = await startEngine({ network: 'private', life: 'tied', say: () => {} });
process.stdout.write(
  `${JSON.stringify({ folder: engine.folder, host: engine.host, keeper: engine.keeper })}\n`,
);
process.stdin.resume();
