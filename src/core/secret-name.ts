/**
 * Whether a variable or key of this name usually holds what must not be shown: POSTGRES_PASSWORD, API_KEY, authToken.
 * Names of places where a secret lies (`DB_PASSWORD_FILE`, `SECRET_PATH`) are not meant.
 */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (places.has(words.at(-1) ?? '')) return false;
  return (
    words.some((word) => whole.has(word) || parts.test(word)) ||
    words.some((word, index) => word === 'key' && keyOwners.has(words[index - 1] ?? ''))
  );
}

const places = new Set(['file', 'path', 'dir', 'folder', 'name', 'id', 'ttl', 'length', 'expiry', 'expires']);
const whole = new Set([
  'pass',
  'pwd',
  'pw',
  'auth',
  'jwt',
  'credential',
  'credentials',
  'creds',
  'salt',
  'pin',
  'dsn',
]);
const parts = /passw|passphrase|secret|token|apikey|privatekey/;
const keyOwners = new Set([
  'api',
  'private',
  'access',
  'secret',
  'encryption',
  'signing',
  'master',
  'account',
  'ssh',
  'app',
]);
