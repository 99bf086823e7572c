import { commands } from './commands/index.ts';
import { main, report } from './main.ts';
import { processIo } from './process-io.ts';

const io = processIo();
const end = (exitCode: number) => process.exit(exitCode);
const fail = (thrown: unknown) => void report(thrown, io).then(end);

process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);
main(io, commands).then(end, fail);
