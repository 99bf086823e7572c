import type { TestProject } from 'vitest/node';
import { ensureBuilt } from '../../scripts/lib/built.mjs';
import { answers } from '../../scripts/lib/engine/api.mjs';
import { startEngine } from '../../scripts/lib/engine/start.mjs';
import { ensureCommands, nativeCommands } from '../../scripts/lib/packages.mjs';

/** What every test file learns about the engine of this run. */
export type ProvidedEngine =
  | { readonly state: 'running'; readonly host: string; readonly address: string }
  | { readonly state: 'missing'; readonly reason: string };

declare module 'vitest' {
  interface ProvidedContext {
    readonly engine: ProvidedEngine;
    /** Why there is no built CLI; empty when there is one. Tests that do not run it are not concerned. */
    readonly buildFailure: string;
    /** Why the native engine cannot be tried here; empty when it can. */
    readonly nativeFailure: string;
  }
}

let finish = async () => {};

/** Gives the run one engine: the one of DOCKER_HOST, else a throwaway one that ends with this process. */
export async function setup({ provide }: TestProject): Promise<void> {
  provide('buildFailure', await ensureBuilt(say).then(() => '', messageOf));
  provide('nativeFailure', await nativeFailure());
  const given = process.env['DOCKER_HOST'];
  if (given !== undefined && given !== '') {
    if (!(await answers(given))) throw new Error(`No Docker Engine answers at DOCKER_HOST "${given}".`);
    provide('engine', { state: 'running', host: given, address: addressOf(given) });
    return;
  }
  try {
    const { host, address, stop } = await startEngine({ network: 'private', life: 'tied', say });
    provide('engine', { state: 'running', host, address });
    finish = stop;
  } catch (error) {
    if (process.env['CI']) throw error;
    const reason = messageOf(error);
    provide('engine', { state: 'missing', reason });
    finish = async () => void process.stderr.write(skipNotice(reason));
  }
}

export async function teardown(): Promise<void> {
  await finish();
}

/** The native engine wants to be root on a Linux of its own; elsewhere its tests are skipped, and the run says so. */
async function nativeFailure(): Promise<string> {
  try {
    if (process.getuid?.() !== 0) throw new Error('The native engine needs root.');
    await ensureCommands(nativeCommands, say);
    return '';
  } catch (error) {
    if (process.env['CI']) throw error;
    process.stderr.write(skipNotice(messageOf(error)));
    return messageOf(error);
  }
}

function addressOf(host: string): string {
  return host.startsWith('tcp:') ? new URL(host).hostname : '127.0.0.1';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function say(line: string): void {
  process.stderr.write(`  ${line}\n`);
}

function skipNotice(reason: string): string {
  const rule = '!'.repeat(78);
  const indented = reason.replaceAll('\n', '\n  ');
  return `\n${rule}\n  The tests that need a Docker Engine did NOT run:\n  ${indented}\n${rule}\n`;
}
