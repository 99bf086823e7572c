import { resolve } from 'node:path';
import type { ServiceOverlay } from '../../compose/index.ts';
import type { runOptions } from '../commands/run.ts';
import type { OptionValues } from '../option.ts';

export interface RunWish {
  readonly service: string;
  readonly command: readonly string[];
  readonly options: OptionValues<typeof runOptions>;
  /** Absolute: where relative folders of `-v` start. */
  readonly cwd: string;
  readonly tty: boolean;
}

/** What `run` says about its service, in the words of a Compose file: it is parsed and checked as the file is. */
export function runOverlay({ service, command, options, cwd, tty }: RunWish): ServiceOverlay {
  const lines: string[] = [`services:`, `  ${literal(service)}:`];
  const typed: Record<number, string> = {};
  const add = (line: string, option?: string): void => {
    lines.push(`    ${line}`);
    if (option !== undefined) typed[lines.length] = option;
  };
  const set = (key: string, value: unknown, option?: string): void =>
    add(`${key}: ${literal(value)}`, option);
  // A replica has them already.
  add('container_name: !reset null');
  addPorts(options, add);
  if (options.entrypoint !== undefined) {
    set('entrypoint', options.entrypoint.trim() === '' ? [] : options.entrypoint, '--entrypoint');
    // What the file says is meant for another program.
    if (command.length === 0) set('command', []);
  }
  if (command.length > 0) set('command', command, 'COMMAND');
  if (options.user !== undefined) set('user', options.user, '--user');
  if (options.workdir !== undefined) set('working_dir', options.workdir, '--workdir');
  if (options.volume.length > 0) {
    set(
      'volumes',
      options.volume.map((text) => absolute(text, cwd)),
      '--volume',
    );
  }
  for (const [key, list, option] of [
    ['labels', options.label, '--label'],
    ['cap_add', options.capAdd, '--cap-add'],
    ['cap_drop', options.capDrop, '--cap-drop'],
  ] as const) {
    if (list.length > 0) set(key, list, option);
  }
  if (!options.detach) {
    set('tty', tty);
    set('stdin_open', options.interactive);
  }
  return {
    service,
    path: 'command line',
    text: lines.map((line) => `${line}\n`).join(''),
    options: typed,
    envFiles: options.envFromFile,
    environment: options.env,
  };
}

/** The ports of the service are its replicas', unless they are asked for. */
function addPorts(
  { publish, servicePorts }: RunWish['options'],
  add: (line: string, option?: string) => void,
): void {
  if (publish.length > 0) add(`ports: !override ${literal(publish)}`, '--publish');
  else if (!servicePorts) add('ports: !reset []');
}

/** JSON is YAML; a dollar is none of the file's variables. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll('$', '$$$$');
}

/** The file's folders are relative to the project; those that are typed, to where that is done. */
function absolute(volume: string, cwd: string): string {
  const [source = '', ...rest] = volume.split(':');
  return /^\.{1,2}(?:\/|$)/.test(source) && rest.length > 0
    ? [resolve(cwd, source), ...rest].join(':')
    : volume;
}
