/**
 * Keeps V8's space for new objects as small as it is at the start. It would grow with the work until it holds mostly what
 * nobody needs any more: a sixth of the memory of an `up` of fifty services, for nothing that could be measured in time. To
 * be called before anything is loaded, because V8 takes compiled code only with the flags that it was compiled with.
 */
export function keepHeapSmall(): void {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major > newestTried) return;
  // An import would be loaded for every command.
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
}

/** V8 complains on standard error of what it does not know, so Nodes that nobody has tried are left alone. */
const newestTried = 26;
