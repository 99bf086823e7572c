import type { Report } from '../report.ts';
import { child, type Node } from '../tree/node.ts';

/** The key of our own settings in a Compose file, at the top level and in services. */
export const extensionKey = 'x-flotilla';

/** Checks our own settings; what does that is loaded only for files that have some. */
export async function checkExtensions(tree: Node, report: Report): Promise<void> {
  if (!isUsed(tree)) return;
  const { checkExtension } = await import('./check.ts');
  const own = child(tree, extensionKey);
  if (own !== undefined) checkExtension(own, [extensionKey], report);
  for (const [name, service] of servicesOf(tree)) {
    const settings = child(service, extensionKey);
    if (settings !== undefined) checkExtension(settings, ['services', name, extensionKey], report);
  }
}

function isUsed(tree: Node): boolean {
  if (child(tree, extensionKey) !== undefined) return true;
  for (const [, service] of servicesOf(tree)) if (child(service, extensionKey) !== undefined) return true;
  return false;
}

function* servicesOf(tree: Node): Iterable<readonly [string, Node]> {
  const services = child(tree, 'services');
  if (services?.kind !== 'mapping') return;
  for (const [name, { value }] of services.entries) yield [name, value];
}
