import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { messageOf } from '../../core/error.ts';
import { suggest } from '../../core/suggest.ts';
import { quote } from '../../core/text.ts';
import { limits } from '../limits.ts';
import type { SourceFiles } from '../load-options.ts';
import type { Report, ReportDetails } from '../report.ts';
import type { RemoteSources } from './remote.ts';
import { SourceText } from './source-text.ts';
import { systemCode, systemReason } from './system-reason.ts';

export interface ReadDetails extends ReportDetails {
  /** The path is where something was fetched to, and not what a file says. */
  readonly isFetched?: boolean;
}

/** Reads text files for the loader: names them as messages should, and refuses what is too large or not there. */
export class SourceReader {
  readonly #files: SourceFiles;
  readonly #cwd: string;
  readonly #report: Report;
  readonly #remotes: RemoteSources;

  constructor(files: SourceFiles, cwd: string, remotes: RemoteSources, report: Report) {
    this.#files = files;
    this.#cwd = cwd;
    this.#report = report;
    this.#remotes = remotes;
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
    return this.#checked('-', withLineEnds(await this.#files.readStdin()), {});
  }

  /**
   * Undefined, with a diagnostic, when the file cannot be read, or must not be because a file of a remote project names
   * it and it is outside of that project.
   */
  async read(path: string, what: string, details: ReadDetails = {}): Promise<SourceText | undefined> {
    if (path === '') {
      this.#report.error('compose.unreadable-file', `the path of this ${what} is empty`, {
        ...details,
        hint: `Name the ${what}. A variable that is not set leaves nothing, too.`,
      });
      return undefined;
    }
    if (!(await this.#mayRead(path, what, details))) return undefined;
    let text: string;
    try {
      text = plainKinds.has(what)
        ? await this.#files.readText(path, 'plain')
        : withLineEnds(await this.#files.readText(path, 'yaml'));
    } catch (cause) {
      await this.#unreadable(path, what, cause, details);
      return undefined;
    }
    return this.#checked(path, text, details);
  }

  /** The names in a directory, none when they cannot be had. */
  async namesIn(directory: string): Promise<readonly string[]> {
    return (await this.#files.list?.(directory).catch(() => [])) ?? [];
  }

  async #mayRead(path: string, what: string, details: ReadDetails): Promise<boolean> {
    const named = details.isFetched === true ? undefined : details.at?.source.confinedTo;
    const folder = named ?? this.#remotes.folderOf(path);
    if (folder === undefined || (await this.#remotes.mayRead(folder, path))) return true;
    this.#report.error(
      'compose.outside-project',
      `the ${what} ${quote(path)} is outside of the remote project in ${quote(folder)}`,
      {
        ...details,
        hint: 'A remote project may read its own files only. Name yours with -f or --env-file, or copy the project.',
      },
    );
    return false;
  }

  #checked(path: string, text: string, details: ReportDetails): SourceText | undefined {
    if (text.length > limits.fileLength) {
      this.#tooLarge(path, details);
      return undefined;
    }
    return new SourceText(this.shown(path), text, this.#remotes.folderOf(path));
  }

  #tooLarge(path: string, details: ReportDetails): void {
    this.#report.error(
      'compose.limit-exceeded',
      `${this.shown(path)} is larger than ${limits.fileLength / (1024 * 1024)} MiB.`,
      { ...details, hint: 'Split the file with "include", or check that it is the right one.' },
    );
  }

  async #unreadable(path: string, what: string, cause: unknown, details: ReportDetails): Promise<void> {
    const system = systemCode(cause);
    if (system === 'EFBIG') {
      this.#tooLarge(path, details);
      return;
    }
    const reason = systemReason(cause) ?? messageOf(cause);
    const message =
      what === 'env file' && system === 'ENOENT'
        ? `env file ${this.shown(path)} not found: ${reason}`
        : `open ${this.shown(path)}: ${reason}`;
    const code =
      system === 'ENOENT' && what === 'compose file' ? 'compose.no-file' : 'compose.unreadable-file';
    const seen = await this.#hint(path, what, system);
    const usual =
      details.hint ??
      (system === 'ENOENT' ? `Check the path of this ${what}.` : `Make this ${what} a readable file.`);
    const hint = seen === undefined ? usual : system === 'ENOENT' ? `${seen} ${usual}` : seen;
    this.#report.error(code, message, { ...details, hint });
  }

  async #hint(path: string, what: string, system: string | undefined): Promise<string | undefined> {
    switch (system) {
      case 'ENOENT': {
        const [near] = suggest(basename(path), await this.namesIn(dirname(path)), 1);
        return near === undefined ? undefined : `Did you mean "${this.shown(join(dirname(path), near))}"?`;
      }
      case 'EISDIR': {
        const inside = (await this.namesIn(path)).find((name) => defaultNames.includes(name));
        return inside === undefined
          ? `Name the ${what} itself, not its folder.`
          : `Name the ${what} in it: ${this.shown(join(path, inside))}`;
      }
      case 'ENOTDIR':
        return 'A part of this path is a file, and files have nothing below them.';
      case 'ELOOP':
        return 'A symbolic link on this path leads back to itself: remove it, or let it lead to a file.';
      case 'EACCES':
        return `Let your user read it, for example with: chmod u+r ${this.shown(path)}`;
      case 'EILSEQ':
        return `Save this ${what} as UTF-8 in your editor, or check that it is the right file.`;
      default:
        return undefined;
    }
  }
}

/** To YAML a carriage return ends a line by itself, too. Places in the text stay what they are. */
function withLineEnds(text: string): string {
  return text.includes('\r') ? text.replaceAll(/\r(?!\n)/g, '\n') : text;
}

/** Files that docker compose reads byte by byte, whatever their encoding. */
const plainKinds: ReadonlySet<string> = new Set(['env file', 'label file']);

/** What a project's Compose file is called when nobody names it. */
export const defaultNames: readonly string[] = [
  'compose.yaml',
  'compose.yml',
  'docker-compose.yml',
  'docker-compose.yaml',
];
