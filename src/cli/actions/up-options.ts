import { FlotillaError } from '../../core/error.ts';
import type { upOptions } from '../commands/up.ts';
import type { OptionValues } from '../option.ts';

export type UpOptions = OptionValues<typeof upOptions>;

/** How a run of `up` ends. */
export type UpMode =
  | { readonly kind: 'detached'; readonly wait: boolean }
  | {
      readonly kind: 'attached';
      /** What the first container that ends does to the others. */
      readonly abortOn: 'nothing' | 'exit' | 'failure';
      readonly exitCodeFrom?: string;
    };

export function upMode(options: UpOptions): UpMode {
  if (options.detach || options.wait || options.noStart) return { kind: 'detached', wait: options.wait };
  return {
    kind: 'attached',
    abortOn: options.abortOnContainerFailure
      ? 'failure'
      : options.abortOnContainerExit || options.exitCodeFrom !== undefined
        ? 'exit'
        : 'nothing',
    ...(options.exitCodeFrom === undefined ? {} : { exitCodeFrom: options.exitCodeFrom }),
  };
}

/** Flags that contradict each other, in docker compose's words; and those that nothing here can honour yet. */
export function checkUpOptions(options: UpOptions): void {
  const attachFlag =
    options.abortOnContainerExit || options.abortOnContainerFailure
      ? '--abort-on-container-exit'
      : options.attach.length > 0 || options.attachDependencies
        ? '--attach'
        : options.exitCodeFrom !== undefined
          ? '--exit-code-from'
          : undefined;
  checkWatchOptions(options);
  refuse(options.menu === true, '--menu is not supported yet', 'Leave the flag away.');
  refuse(
    options.abortOnContainerExit && options.abortOnContainerFailure,
    '--abort-on-container-exit and --abort-on-container-failure cannot be combined',
  );
  refuse(
    (options.detach || options.wait) && attachFlag !== undefined,
    `${options.detach ? '--detach' : '--wait'} cannot be combined with ${attachFlag}`,
  );
  refuse(options.build && options.noBuild, '--build and --no-build are incompatible');
  checkRecreateOptions(options);
  refuse(
    options.attach.length > 0 && options.attachDependencies,
    'cannot combine --attach and --attach-dependencies',
  );
  refuse(
    options.timingsFile === '',
    '--timings-file needs a name',
    'For example: --timings-file timings.json',
  );
  refuse(
    options.waitTimeout !== undefined && options.waitTimeout < 0,
    '--wait-timeout must be a non-negative integer',
  );
}

function checkWatchOptions(options: UpOptions): void {
  if (!options.watch) return;
  refuse(options.noBuild, '--no-build and --watch are incompatible');
  refuse(
    options.detach,
    '--detach cannot be combined with --watch',
    '`flotilla watch` shows no output of containers.',
  );
  refuse(options.wait, '--wait cannot be combined with --watch');
  refuse(options.noStart, '--no-start cannot be combined with --watch');
  const ending =
    options.exitCodeFrom !== undefined
      ? '--exit-code-from'
      : options.abortOnContainerExit
        ? '--abort-on-container-exit'
        : options.abortOnContainerFailure
          ? '--abort-on-container-failure'
          : undefined;
  refuse(
    ending !== undefined,
    `${ending} cannot be combined with --watch: containers end whenever they are restarted`,
  );
}

export function checkRecreateOptions(
  options: Pick<UpOptions, 'noRecreate' | 'forceRecreate' | 'alwaysRecreateDeps' | 'renewAnonVolumes'>,
): void {
  refuse(
    options.noRecreate && (options.forceRecreate || options.alwaysRecreateDeps || options.renewAnonVolumes),
    '--no-recreate cannot be combined with --force-recreate, --always-recreate-deps or --renew-anon-volumes',
  );
}

function refuse(isWrong: boolean, message: string, hint?: string): void {
  if (isWrong) throw new FlotillaError('cli.usage', message, hint === undefined ? {} : { hint });
}
