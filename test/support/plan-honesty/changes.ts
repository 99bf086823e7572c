import type { Driver } from '../../../src/index.ts';
import type { RecordedWrite } from '../engine-proxy.ts';

/** How a change is named on both sides: by what it does and to what. Containers have the names that they end up with. */
export type Change = string;

export interface Names {
  /** Of a container. */
  readonly nameOf: (id: string) => string;
  /** The name that it was made under: a connected one goes by it. */
  readonly madeAs: (id: string) => string;
}

/** A request to a Docker Engine in these words. */
export function changeOf({ line, body }: RecordedWrite, { nameOf, madeAs }: Names): Change | undefined {
  const [, method = '', path = ''] = /^(\S+) (?:\/v[\d.]+)?(\S+) HTTP/.exec(line) ?? [];
  const url = new URL(path, 'http://engine');
  const [, kind, id = '', verb] = url.pathname.split('/').map(decodeURIComponent);
  const json = (): Readonly<Record<string, string>> => JSON.parse(body);
  switch (`${method} ${kind} ${id === 'create' ? id : (verb ?? '')}`.trim()) {
    case 'POST networks create':
      return `make network ${json()['Name']}`;
    case 'DELETE networks':
      return `remove network ${id}`;
    case 'POST networks disconnect':
      return `take ${nameOf(json()['Container'] ?? '')} out of ${id}`;
    case 'POST networks connect':
      return `bring ${madeAs(json()['Container'] ?? '')} into ${id}`;
    case 'POST volumes create':
      return `make volume ${json()['Name']}`;
    case 'DELETE volumes':
      return `remove volume ${id}`;
    case 'POST containers create':
      return `make ${url.searchParams.get('name')}`;
    case 'POST containers exec':
      return `run ${(JSON.parse(body) as { readonly Cmd: readonly string[] }).Cmd.join(' ')} in ${nameOf(id)}`;
    case 'POST containers attach':
      return `attach to ${nameOf(id)}`;
    // What was prepared begins.
    case 'POST exec start':
      return undefined;
    case 'POST containers start':
      return `start ${nameOf(id)}`;
    case 'POST containers kill':
      return `signal ${nameOf(id)}`;
    case 'POST containers stop':
      return `stop ${nameOf(id)}`;
    case 'POST containers pause':
    case 'POST containers unpause':
      return `${verb} ${nameOf(id)}`;
    case 'PUT containers archive':
      return `put files into ${nameOf(id)}`;
    case 'DELETE containers':
      return `remove ${nameOf(id)}`;
    case 'POST containers rename':
      return `rename to ${url.searchParams.get('name')}`;
    default:
      return `unheard of: ${line}`;
  }
}

type Call<Verb extends WriteVerb> = (args: Parameters<Driver[Verb]>, names: Names) => Change;

export type WriteVerb = {
  [Key in keyof Driver]-?: Driver[Key] extends (...args: never[]) => Promise<unknown> ? Key : never;
}[keyof Driver];

/** A call of a driver in the same words; verbs that change nothing are not here. */
export const changeOfCall: { readonly [Verb in WriteVerb]?: Call<Verb> } = {
  createNetwork: ([{ name }]) => `make network ${name}`,
  removeNetwork: ([name]) => `remove network ${name}`,
  connectNetwork: ([id, { network }], { madeAs }) => `bring ${madeAs(id)} into ${network}`,
  disconnectNetwork: ([id, network], { nameOf }) => `take ${nameOf(id)} out of ${network}`,
  createVolume: ([{ name }]) => `make volume ${name}`,
  removeVolume: ([name]) => `remove volume ${name}`,
  fillVolume: ([{ volume }]) => `fill volume ${volume.name}`,
  pullImage: ([reference]) => `pull ${reference}`,
  pushImage: ([reference]) => `push ${reference}`,
  removeImage: ([reference]) => `remove image ${reference}`,
  createContainer: ([spec, options]) => `make ${options.as ?? spec.name}`,
  startContainer: ([id], { nameOf }) => `start ${nameOf(id)}`,
  stopContainer: ([id], { nameOf }) => `stop ${nameOf(id)}`,
  killContainer: ([id], { nameOf }) => `signal ${nameOf(id)}`,
  pauseContainer: ([id], { nameOf }) => `pause ${nameOf(id)}`,
  unpauseContainer: ([id], { nameOf }) => `unpause ${nameOf(id)}`,
  removeContainer: ([id], { nameOf }) => `remove ${nameOf(id)}`,
  renameContainer: ([, name]) => `rename to ${name}`,
  attach: ([id], { nameOf }) => `attach to ${nameOf(id)}`,
  exec: ([id, { command }], { nameOf }) => `run ${command.join(' ')} in ${nameOf(id)}`,
  putArchive: ([id], { nameOf }) => `put files into ${nameOf(id)}`,
  putFiles: ([id], { nameOf }) => `put files into ${nameOf(id)}`,
};
