// @ts-check
// `npm run bench`: options.mjs says what it takes, docs/performance.md how to read what it prints.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseOptions, UsageError, usage } from './options.mjs';
import { pageWith, textOf } from './print.mjs';
import { runAll } from './run-all.mjs';

const say = (/** @type {string} */ line) => console.error(line);
const interrupted = new AbortController();
for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(name, () => interrupted.abort(new Error(`Ended by ${name}.`)));
}

try {
  const options = parseOptions(process.argv.slice(2));
  if (options === 'help') console.log(usage);
  else await present(options);
} catch (error) {
  say(complaint(error));
  process.exitCode = error instanceof UsageError ? 2 : interrupted.signal.aborted ? 130 : 1;
}

/** @param {import('./options.mjs').Options} options */
async function present(options) {
  const { json, markdown, from } = options;
  // Before the measuring, which takes minutes.
  const page = markdown === undefined ? '' : readFileSync(markdown, 'utf8');
  /** @type {import('./report.mjs').Figures} */
  const figures =
    from === undefined
      ? await runAll(options, { say, signal: interrupted.signal })
      : JSON.parse(readFileSync(from, 'utf8'));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, undefined, 1)}\n`);
  if (markdown !== undefined) writeFileSync(markdown, pageWith(page, figures));
  console.log(textOf(figures));
}

/** @param {unknown} error */
function complaint(error) {
  if (error instanceof UsageError) return `${error.message}\n\n${usage}`;
  if (!(error instanceof Error)) return String(error);
  return interrupted.signal.aborted ? error.message : (error.stack ?? error.message);
}
