import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../scripts/lib/built.mjs';
import { ensureCommands, nativeCommands, testCommands } from '../../scripts/lib/packages.mjs';
import { messageOf } from '../../src/core/error.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Why there is no built CLI; empty when there is one. Tests that do not run it are not concerned. */
    readonly buildFailure: string;
    /** Why the native engine cannot be tried here; empty when it can. */
    readonly nativeFailure: string;
  }
}

/** The native engine needs nothing that is started for the whole run. */
export async function setup({ provide }: TestProject): Promise<void> {
  provide('buildFailure', await ensureBuilt(say).then(() => '', messageOf));
  provide('nativeFailure', await nativeFailure());
}

/** The native engine wants to be root on a Linux of its own; elsewhere its tests are skipped, and the run says so. */
async function nativeFailure(): Promise<string> {
  try {
    if (process.getuid?.() !== 0) throw new Error('The native engine needs root.');
    await ensureCommands({ ...nativeCommands, ...testCommands }, say);
    return '';
  } catch (error) {
    if (process.env['CI']) throw error;
    process.stderr.write(skipNotice('the native engine', messageOf(error)));
    return messageOf(error);
  }
}

export function say(line: string): void {
  process.stderr.write(`  ${line}\n`);
}

export function skipNotice(engine: string, reason: string): string {
  const rule = '!'.repeat(78);
  const indented = reason.replaceAll('\n', '\n  ');
  return `\n${rule}\n  The tests that need ${engine} did NOT run:\n  ${indented}\n${rule}\n`;
}
