import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { Io } from '../../io.ts';
import { joined } from '../image/with-images.ts';

/** Goes on with the others when something is wrong with one, as docker does, and then fails for all that went wrong. */
async function forEachName(names: readonly string[], work: (name: string) => Promise<void>): Promise<number> {
  const failures: FlotillaError[] = [];
  for (const name of names) {
    try {
      await work(name);
    } catch (thrown) {
      if (!(thrown instanceof FlotillaError)) throw thrown;
      failures.push(thrown);
    }
  }
  const failure = joined(failures);
  if (failure !== undefined) throw failure;
  return 0;
}

/** Removes what is there and prints its name; with `force`, what is not there counts as removed. */
export function removeEach(
  { io, names, force }: { readonly io: Io; readonly names: readonly string[]; readonly force: boolean },
  kind: 'network' | 'volume',
  /** False for what is not there. */
  remove: (name: string) => Promise<boolean>,
): Promise<number> {
  return forEachName(names, async (name) => {
    if (!(await remove(name)) && !force) throw noSuch(kind, name);
    io.stdout.write(`${name}\n`);
  });
}

export function noSuch(kind: 'network' | 'volume', name: string): FlotillaError {
  return new FlotillaError('engine.missing', `there is no ${kind} ${quote(name)}`, {
    hint: `\`flotilla ${kind} ls\` lists those that are.`,
  });
}
