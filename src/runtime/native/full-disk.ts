import { FlotillaError, messageOf } from '../../core/error.ts';
import type { Driver } from '../driver.ts';

/** A driver whose verbs say `engine.disk-full` where the disk has no room, whichever of its parts found out. */
export function tellFullDisk(driver: Driver): Driver {
  const verbs = Object.entries(driver).map(([name, verb]) => {
    if (typeof verb !== 'function') return [name, verb] as const;
    const call = (...args: unknown[]): unknown => {
      const result: unknown = (verb as (...args: unknown[]) => unknown)(...args);
      return result instanceof Promise
        ? result.catch((error: unknown) => {
            throw explained(error);
          })
        : result;
    };
    return [name, call] as const;
  });
  return Object.fromEntries(verbs) as unknown as Driver;
}

function explained(error: unknown): unknown {
  const { code, path } = error as NodeJS.ErrnoException;
  const isFull =
    code === 'ENOSPC' ||
    code === 'EDQUOT' ||
    (code === 'engine.request' && /no space left on device/i.test(messageOf(error)));
  if (!isFull) return error;
  const where = path === undefined ? '' : ` below ${path}`;
  const message =
    error instanceof FlotillaError ? error.message : `cannot write${where}: no space left on device`;
  return new FlotillaError('engine.disk-full', message, {
    hint: 'Free space on that disk: `flotilla system df` shows what the native engine takes of it.',
    cause: error,
  });
}
