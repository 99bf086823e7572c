import type { ServiceName } from '../../core/ids.ts';
import type { OutputChunk } from '../../runtime/index.ts';

/** What a watch has to tell, in order. */
export type WatchNews =
  /** From now on nothing that is saved is missed. */
  | { readonly kind: 'enabled' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'syncing'; readonly service: ServiceName; readonly changes: number }
  /** Every container of the service has what was changed. */
  | { readonly kind: 'synced'; readonly service: ServiceName }
  | { readonly kind: 'restarted'; readonly service: ServiceName }
  | { readonly kind: 'rebuilding'; readonly service: ServiceName }
  | { readonly kind: 'rebuilt'; readonly service: ServiceName }
  /** What a command of `sync+exec` writes. */
  | { readonly kind: 'output'; readonly service: ServiceName; readonly chunk: OutputChunk }
  /** Something did not work; the watch goes on. */
  | { readonly kind: 'trouble'; readonly message: string; readonly hint?: string };
