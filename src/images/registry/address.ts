/** Docker Hub answers under another name than the one that references use. */
const hostOf: Readonly<Record<string, string>> = { 'docker.io': 'registry-1.docker.io' };

/** Where a registry may be reached, the first that answers is right. Nothing is sent in the clear unless it may be. */
export function originsOf(registry: string, insecureRegistries: readonly string[]): readonly string[] {
  const host = hostOf[registry] ?? registry;
  if (insecureRegistries.includes(registry)) return [`http://${host}`];
  return isLoopback(host) ? [`https://${host}`, `http://${host}`] : [`https://${host}`];
}

/** Whether plain HTTP to this address is all right: this machine, or a host that the user has named. */
export function mayBePlain(url: URL, insecureRegistries: readonly string[]): boolean {
  return isLoopback(url.host) || insecureRegistries.includes(url.host);
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}
