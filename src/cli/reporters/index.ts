export { chooseReporterMode, createReporter, everyInterval, type ModeRequest } from './create.ts';
export type { Reporter, ReporterMode, ReporterOptions } from './reporter.ts';
