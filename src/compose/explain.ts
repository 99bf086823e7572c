import type { ExplainResult } from './explain/explanation.ts';
import type { LoadOptions } from './load-options.ts';

/**
 * Loads a project and tells where the value at a path of its model comes from: `services.web.ports[0].published`. The
 * work is loaded when it is asked for.
 */
export async function explainValue(options: LoadOptions, path: string): Promise<ExplainResult> {
  const { explain } = await import('./explain/explain.ts');
  return explain(options, path);
}
