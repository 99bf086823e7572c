import { isAbsolute, relative, resolve } from 'node:path';
import { messageOf } from '../../core/error.ts';
import { limits } from '../limits.ts';
import type { SourceFiles } from '../load-options.ts';
import type { Report, ReportDetails } from '../report.ts';
import { SourceText } from './source-text.ts';

/** Reads text files for the loader: names them as messages should, and refuses what is too large or not there. */
export class SourceReader {
  readonly #files: SourceFiles;
  readonly #cwd: string;
  readonly #report: Report;

  constructor(files: SourceFiles, cwd: string, report: Report) {
    this.#files = files;
    this.#cwd = cwd;
    this.#report = report;
  }

  /** Paths inside the working directory are shown relative to it. */
  shown(path: string): string {
    if (!isAbsolute(path)) return path;
    const inside = relative(this.#cwd, path);
    return inside === '' || inside.startsWith('..') ? path : inside;
  }

  resolve(path: string): string {
    return resolve(this.#cwd, path);
  }

  async kind(path: string): Promise<'file' | 'directory' | 'missing'> {
    return this.#files.kind(path);
  }

  async stdin(): Promise<SourceText | undefined> {
    return this.#checked('-', await this.#files.readStdin(), {});
  }

  /** Undefined, with a diagnostic, when the file cannot be read. */
  async read(path: string, what: string, details: ReportDetails = {}): Promise<SourceText | undefined> {
    let text: string;
    try {
      text = await this.#files.readText(path);
    } catch (cause) {
      this.#unreadable(path, what, cause, details);
      return undefined;
    }
    return this.#checked(path, text, details);
  }

  #checked(path: string, text: string, details: ReportDetails): SourceText | undefined {
    if (text.length > limits.fileLength) {
      this.#report.error(
        'compose.limit-exceeded',
        `${this.shown(path)} is larger than ${limits.fileLength / (1024 * 1024)} MiB.`,
        { ...details, hint: 'Split the file with "include", or check that it is the right one.' },
      );
      return undefined;
    }
    return new SourceText(this.shown(path), text);
  }

  #unreadable(path: string, what: string, cause: unknown, details: ReportDetails): void {
    const system = errorCode(cause);
    const reason = (system === undefined ? undefined : reasons[system]) ?? messageOf(cause);
    const message =
      what === 'env file' && system === 'ENOENT'
        ? `env file ${this.shown(path)} not found: ${reason}`
        : `open ${this.shown(path)}: ${reason}`;
    const code =
      system === 'ENOENT' && what === 'compose file' ? 'compose.no-file' : 'compose.unreadable-file';
    const hint =
      system === 'ENOENT' ? `Check the path of this ${what}.` : `Make this ${what} a readable file.`;
    this.#report.error(code, message, { hint, ...details });
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EISDIR: 'is a directory',
  EACCES: 'permission denied',
};

function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
}
