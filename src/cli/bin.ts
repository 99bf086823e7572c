import { messageOf } from '../core/error.ts';
import { commands } from './commands/index.ts';
import { main, report } from './main.ts';
import { processIo } from './process-io.ts';

/** The program behind the launcher: resolves to the exit code, also when something throws outside of every promise. */
export function run(): Promise<number> {
  const io = processIo();
  return new Promise((resolve) => {
    const lastWords = (thrown: unknown) => {
      process.stderr.write(`error: ${messageOf(thrown)}\n`);
      return 1;
    };
    let failed = false;
    const fail = (thrown: unknown) => {
      // A failure while failing must end the program, not go round in circles.
      if (failed) resolve(lastWords(thrown));
      failed = true;
      report(thrown, io).catch(lastWords).then(resolve);
    };
    process.on('uncaughtException', fail);
    process.on('unhandledRejection', fail);
    main(io, commands).then(resolve, fail);
  });
}
