import type { TestProject } from 'vitest/node';
import { answers } from '../../scripts/lib/engine/api.mjs';
import { startEngine } from '../../scripts/lib/engine/start.mjs';
import { imageArchive } from '../../scripts/lib/images/ensure.mjs';
import { dockerPlugin, referenceCompose } from '../../scripts/lib/reference.mjs';
import { messageOf } from '../../src/core/error.ts';
import { say, setup as setUpNative, skipNotice } from './native-setup.ts';

/** What every test file learns about the engine of this run. */
export type ProvidedEngine =
  | { readonly state: 'running'; readonly host: string; readonly address: string }
  | { readonly state: 'missing'; readonly reason: string };

declare module 'vitest' {
  interface ProvidedContext {
    readonly engine: ProvidedEngine;
  }
}

let finish = async () => {};

/** Gives the run one engine: the one of DOCKER_HOST, else a throwaway one that ends with this process. */
export async function setup(project: TestProject): Promise<void> {
  await setUpNative(project);
  const { provide } = project;
  const given = process.env['DOCKER_HOST'];
  if (given !== undefined && given !== '') {
    if (!(await answers(given))) throw new Error(`No Docker Engine answers at DOCKER_HOST "${given}".`);
    finish = await prepare();
    provide('engine', { state: 'running', host: given, address: addressOf(given) });
    return;
  }
  try {
    const { host, address, stop } = await startEngine({ network: 'private', life: 'tied', say });
    const settle = await prepare();
    provide('engine', { state: 'running', host, address });
    finish = async () => {
      await settle();
      await stop();
    };
  } catch (error) {
    if (process.env['CI']) throw error;
    const reason = messageOf(error);
    provide('engine', { state: 'missing', reason });
    finish = async () => void process.stderr.write(skipNotice('a Docker Engine', reason));
  }
}

/**
 * What tests need from Debian takes the better part of a minute on a fresh machine, which is no test's time. What nearly
 * all of them need is awaited; the rest is made while the unit tests run. What cannot be made is the failure of the tests
 * that miss it.
 */
async function prepare(): Promise<() => Promise<void>> {
  await Promise.allSettled([imageArchive('busybox', say), referenceCompose(say)]);
  const images = async () => {
    for (const name of ['nginx', 'redis', 'postgres', 'shop-web', 'shop-app'] as const) {
      await imageArchive(name, say);
    }
  };
  const rest = Promise.allSettled([images(), dockerPlugin('docker-buildx', say)]);
  return async () => void (await rest);
}

export async function teardown(): Promise<void> {
  await finish();
}

function addressOf(host: string): string {
  return host.startsWith('tcp:') ? new URL(host).hostname : '127.0.0.1';
}
