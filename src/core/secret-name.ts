/**
 * Whether a variable, key, label or option of this name usually holds what must not be shown: POSTGRES_PASSWORD,
 * API_KEY, authToken. Names of what lies around a secret (`DB_PASSWORD_FILE`, `TOKEN_TTL`, `PRIMARY_KEY`) are not meant.
 * Of a name with dots the last part says what it is.
 */
export function isSecretName(name: string): boolean {
  // Most names have nothing of the kind in them.
  if (!possible.test(name) || exceptions.has(name.toUpperCase())) return false;
  const parts = name.split('.');
  const last = parts.at(-1) ?? '';
  // Users of a proxy come with their passwords: traefik.http.middlewares.me.basicauth.users.
  if (/^users$/i.test(last)) return /auth$/i.test(parts.at(-2) ?? '');
  const words = wordsOf(last);
  if (around.has(words.at(-1) ?? '') || words.includes('max')) return false;
  return (
    anywhere.test(last) ||
    words.some((word) => whole.has(word)) ||
    words.some((word, index) => isKey(word) && index > 0 && !harmlessKeys.has(words[index - 1] ?? ''))
  );
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}

function isKey(word: string): boolean {
  return word === 'key' || word === 'keys';
}

/** Attributes of the Compose file and variables of the shell. */
const exceptions = new Set(['PWD', 'OLDPWD', 'SSH_AUTH_SOCK', 'SECRETS', 'CREDENTIAL_SPEC']);

/** What all of the words and endings below contain. */
const possible = /pass|pw|secret|token|cred|key|auth|jwt|salt|pin|otp|pat|dsn|users/i;

/** Long enough to mean the same inside other words: `MYSQLPASSWORD`. */
const anywhere = /passw|passphrase|secret|token|credential|api_?key|private_?key|access_?key/i;

/** As words of their own: COMPASS has no pass, AUTHOR no auth. */
const whole = new Set(['pass', 'pwd', 'pw', 'auth', 'jwt', 'creds', 'salt', 'pin', 'otp', 'pat', 'dsn']);

/** As a last word, these say where a secret lies, or how it is dealt with. */
const around = new Set([
  'file',
  'path',
  'dir',
  'folder',
  'name',
  'prefix',
  'ttl',
  'length',
  'expiry',
  'expires',
  'timeout',
  'method',
  'mode',
  'type',
  'algorithm',
  'enabled',
  'stdin',
]);

/** Keys of tables, and those that everybody may have. */
const harmlessKeys = new Set([
  'primary',
  'foreign',
  'public',
  'publishable',
  'cache',
  'sort',
  'partition',
  'shard',
  'routing',
]);
