import type { Clock } from '../../../core/clock.ts';
import type { Platform } from '../../../images/index.ts';
import type { ImageStore, Root } from '../parts.ts';
import type { Libc } from '../system/libc.ts';
import { createLocks } from '../system/lock.ts';
import { readText } from '../system/read-json.ts';
import { extendImage } from './extend.ts';
import { historyOf } from './history.ts';
import { importImage } from './import/import.ts';
import { loadImages } from './load.ts';
import { hostPlatform, parsePlatform } from './platform.ts';
import { pruneImages } from './prune.ts';
import { type PullContext, pullImage } from './pull/pull.ts';
import { badPlatform, registriesFor, registryToWrite } from './pull/registries.ts';
import { type RegistrySettings, registrySettings } from './pull/settings.ts';
import { openWeb } from './pull/web.ts';
import { type PushContext, pushImage } from './push/push.ts';
import { removeImage } from './remove.ts';
import { saveImages } from './save.ts';
import { findImage, readBlob, storedImage } from './store/find.ts';
import { readIndex } from './store/index-file.ts';
import type { StoreContext } from './store/layers.ts';
import { placesOf } from './store/places.ts';
import { tagImage } from './tag.ts';
import type { LayerLimits } from './unpack/limits.ts';
import { usageOf } from './usage.ts';

export { type LayerLimits, layerLimits } from './unpack/limits.ts';

export interface ImagesOptions {
  readonly root: Root;
  readonly libc: Libc;
  /** Of programs that unpack what Node cannot. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What Node calls the machine's processor: `process.arch`. */
  readonly architecture: string;
  readonly clock: Clock;
  /** Folder with the certificates of registries; that of docker unless given. */
  readonly certificates?: string;
  /** The settings of registries; of the environment and docker's engine unless given. */
  readonly registries?: RegistrySettings;
  /** Besides those of the settings. */
  readonly insecureRegistries?: readonly string[];
  readonly limits?: LayerLimits;
}

/** The images of the native engine. */
export function openImages(options: ImagesOptions): ImageStore {
  const { root, libc, environment, clock, limits } = options;
  const places = placesOf(root);
  const context: StoreContext = {
    places,
    libc,
    locks: createLocks(libc),
    arriving: new Map(),
    environment,
    clock,
    ...(limits === undefined ? {} : { limits }),
  };
  const platformOf = (text: string | undefined): Platform => {
    const host = hostPlatform(options.architecture);
    if (text === undefined || text === '') return host;
    const platform = parsePlatform(text, host);
    if (platform === undefined) throw badPlatform(text);
    return platform;
  };
  const web = openWeb(options.certificates);
  let settings = options.registries;
  const settled = (): RegistrySettings => {
    settings ??= registrySettings(environment, readText);
    return { ...settings, insecure: [...settings.insecure, ...(options.insecureRegistries ?? [])] };
  };
  const pullContext = (platform: string | undefined): PullContext => ({
    ...context,
    platform: platformOf(platform),
    registries: (reference, credentials) => registriesFor(reference, credentials, settled(), web),
  });
  const pushContext: PushContext = {
    ...context,
    registryFor: (credentials) => registryToWrite(credentials, settled().insecure, web),
  };
  return {
    find: async (reference) => findImage(places, reference),
    load: async (input, { platform } = {}, signal) =>
      loadImages(context, input, platformOf(platform), signal),
    async list() {
      const index = readIndex(places);
      return Object.keys(index.images).flatMap((id) => storedImage(places, index, id) ?? []);
    },
    pull: async (reference, pullOptions, signal) =>
      pullImage(pullContext(pullOptions.platform), reference, pullOptions, signal),
    push: (reference, pushOptions, signal) => pushImage(pushContext, reference, pushOptions, signal),
    remove: (reference, removeOptions) => removeImage(context, reference, removeOptions),
    save: (references) => saveImages(context, references),
    import: async (input, { platform, ...importOptions } = {}, signal) =>
      importImage(context, input, importOptions, platformOf(platform), signal),
    tag: (reference, target) => tagImage(context, reference, target),
    extend: (request, signal) => extendImage(context, request, signal),
    prune: (pruneOptions) => pruneImages(context, pruneOptions),
    async configuration(id) {
      const bytes = readBlob(places, id);
      return bytes === undefined ? undefined : (JSON.parse(bytes.toString('utf8')) as unknown);
    },
    history: async (reference) => historyOf(places, reference),
    usage: async () => usageOf(readIndex(places)),
    close: () => web.close(),
  };
}
