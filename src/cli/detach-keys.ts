import { FlotillaError } from '../core/error.ts';
import { quote } from '../core/text.ts';

/** Bytes that a terminal sends, at least one. */
export type KeySequence = readonly [number, ...number[]];

/** Ctrl+P Ctrl+Q. */
export const usualDetachKeys: KeySequence = [0x10, 0x11];

/** `ctrl-x,d`: letters, and those with Ctrl, as docker names them. Throws `cli.usage`. */
export function parseDetachKeys(text: string): KeySequence {
  const [first, ...rest] = text.split(',').map((key) => byteOf(key));
  if (first !== undefined && ![first, ...rest].includes(undefined)) return [first, ...(rest as number[])];
  throw new FlotillaError('cli.usage', `invalid detach keys ${quote(text)}`, {
    hint: 'Separate them by commas; each is one character, or ctrl- with a letter or one of @ [ \\ ] ^ _: ctrl-p,ctrl-q',
  });
}

/** The other way round, with the spelling that every engine knows. */
export function formatDetachKeys(sequence: KeySequence): string {
  return sequence
    .map((byte) => {
      if (byte === 0x7f) return 'DEL';
      const control = String.fromCharCode(byte | 0x40).toLowerCase();
      return byte < 0x20 ? `ctrl-${control}` : String.fromCharCode(byte);
    })
    .join();
}

function byteOf(key: string): number | undefined {
  const control = /^ctrl-([a-z@[\\\]^_])$/i.exec(key)?.[1];
  // Ctrl clears the upper bits of what the key would send alone.
  if (key === 'DEL') return 0x7f;
  if (control !== undefined) return control.toUpperCase().charCodeAt(0) & 0x1f;
  return /^[\x20-\x7e]$/.test(key) ? key.charCodeAt(0) : undefined;
}

/** Looks for the keys in what is typed, also over several pieces: keys that may begin them are held back until the next. */
export function detachKeys(
  sequence: KeySequence = usualDetachKeys,
): (data: Uint8Array) => { readonly pass: Uint8Array; readonly detach: boolean } {
  let held = 0;
  return (data) => {
    const pass: number[] = [];
    for (const byte of data) {
      if (byte !== sequence[held]) {
        pass.push(...sequence.slice(0, held));
        held = 0;
      }
      if (byte !== sequence[held]) {
        pass.push(byte);
        continue;
      }
      held += 1;
      if (held === sequence.length) return { pass: Uint8Array.from(pass), detach: true };
    }
    return { pass: Uint8Array.from(pass), detach: false };
  };
}
