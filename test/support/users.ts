import type { WithUsers } from '../../src/runtime/native/parts.ts';

/** For parts of the native engine without containers: who has what is what the test says. */
export function usedBy(inUse: (reference: string) => boolean): { readonly withUsers: WithUsers } {
  return { withUsers: async (work) => work(inUse) };
}
