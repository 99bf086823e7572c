import { FlotillaError } from '../../core/error.ts';
import { redact } from '../../core/redact.ts';
import { quote } from '../../core/text.ts';
import type { Lookup } from '../interpolate/index.ts';
import type { RemoteProject, RemoteProjects, RemoteUse } from '../load-options.ts';
import type { Report, ReportDetails } from '../report.ts';

/** Whether a name in `-f`, `include` or `extends` means something that has to be fetched. */
export function isRemote(file: string): boolean {
  return isOci(file) || isGit(file);
}

/** The remote projects of one load, each fetched once. */
export class RemoteSources {
  readonly #remotes: RemoteProjects | undefined;
  readonly #report: Report;
  readonly #fetched = new Map<string, Promise<RemoteProject | undefined>>();
  /** By folder: where else its files may read. */
  readonly #folders = new Map<string, string[]>();
  readonly #uses: RemoteUse[] = [];

  constructor(remotes: RemoteProjects | undefined, report: Report) {
    this.#remotes = remotes;
    this.#report = report;
  }

  get uses(): readonly RemoteUse[] {
    return this.#uses;
  }

  /** Undefined, with a diagnostic, when it cannot be had. */
  async fetch(
    reference: string,
    from: RemoteUse['from'],
    lookup: Lookup,
    details: ReportDetails = {},
  ): Promise<RemoteProject | undefined> {
    const known = this.#fetched.get(reference) ?? this.#fetch(reference, lookup, details);
    this.#fetched.set(reference, known);
    const project = await known;
    if (project === undefined) return undefined;
    if (!this.#folders.has(project.folder)) this.#folders.set(project.folder, []);
    this.#uses.push({ reference, from, ...project });
    return project;
  }

  /** The remote project that a path is written into, if any; links are not followed. */
  folderOf(path: string): string | undefined {
    for (const folder of this.#folders.keys())
      if (path === folder || path.startsWith(`${folder}/`)) return folder;
    return undefined;
  }

  /** Lets the files of a remote project read in a folder that the user has named for it. */
  grant(path: string, directory: string): void {
    const folder = this.folderOf(path);
    if (folder !== undefined) this.#folders.get(folder)?.push(directory);
  }

  /** Whether a file of a remote project may read a path: it has to stay in the project after all links were followed. */
  async mayRead(folder: string, path: string): Promise<boolean> {
    for (const allowed of [folder, ...(this.#folders.get(folder) ?? [])])
      if ((await this.#remotes?.isInside(allowed, path)) === true) return true;
    return false;
  }

  async #fetch(
    reference: string,
    lookup: Lookup,
    details: ReportDetails,
  ): Promise<RemoteProject | undefined> {
    try {
      checkSwitch(reference, lookup);
      if (this.#remotes === undefined) throw noMeans(reference);
      return await this.#remotes.fetch(reference);
    } catch (thrown) {
      // Who interrupts a command has made no mistake in a file.
      if (!(thrown instanceof FlotillaError) || thrown.code === 'run.cancelled') throw thrown;
      this.#report.error(thrown.code, thrown.message, { ...details, hint: thrown.hint });
      return undefined;
    }
  }
}

/** `git@host:path`, the way of ssh to name a place; neither part is taken for an option. */
export const scpAddress = /^[\w-]+@[a-zA-Z0-9][\w.-]*:[^-]/;

/** http addresses name a repository when their path ends in `.git`. */
function isGit(file: string): boolean {
  if (file.startsWith('github.com/') || scpAddress.test(file)) return true;
  const [address = ''] = file.split(/[?#]/, 1);
  const scheme = /^([a-zA-Z0-9]+):\/\//.exec(address)?.[1]?.toLowerCase();
  if (scheme === 'http' || scheme === 'https') return address.endsWith('.git');
  return scheme === 'git' || scheme === 'ssh';
}

function isOci(file: string): boolean {
  return file.startsWith('oci://');
}

function checkSwitch(reference: string, lookup: Lookup): void {
  const [name, kind] = isOci(reference)
    ? ['COMPOSE_EXPERIMENTAL_OCI_REMOTE', 'OCI']
    : ['COMPOSE_EXPERIMENTAL_GIT_REMOTE', 'git'];
  const value = lookup(name) ?? '';
  if (value === '' || /^(?:1|t|T|true|TRUE|True)$/.test(value)) return;
  if (!/^(?:0|f|F|false|FALSE|False)$/.test(value)) {
    throw new FlotillaError(
      'compose.remote',
      `${name} environment variable expects boolean value: ${quote(value)}`,
      {
        hint: 'Set it to "true" or "false", or unset it.',
      },
    );
  }
  throw new FlotillaError(
    'compose.remote',
    `${kind} remote resource is disabled by ${quote(name)}: ${quote(redact(reference))}`,
    { hint: `Unset ${name}, or use a copy of the project on this machine.` },
  );
}

function noMeans(reference: string): FlotillaError {
  return new FlotillaError(
    'compose.remote',
    `${quote(redact(reference))} is not on this machine, and this program cannot fetch it`,
    { hint: 'Give `loadProject` the option `remotes`, or fetch it first and use the local path.' },
  );
}
