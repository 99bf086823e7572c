/** Whether the name of a variable, label or option says that its value is a secret: `DB_PASSWORD`, `apiKey`, `auth-token`. */
export function looksSecret(name: string): boolean {
  if (notSecret.has(name.toUpperCase())) return false;
  if (anywhere.test(name)) return true;
  return wordsOf(name).some((word) => words.has(word));
}

/** Long enough to mean the same inside other words: `MYSQLPASSWORD`. */
const anywhere = /passw(?:or)?d|passphrase|secret|token|credential|api_?key|private_?key|access_?key/i;

/** As words of their own; `MONKEY` has no key, `COMPASS` no pass. */
const words = new Set(['key', 'keys', 'pass', 'pwd', 'auth', 'jwt', 'pat', 'salt', 'creds', 'pin', 'otp']);

/** Attributes of the Compose file and variables of the shell. */
const notSecret = new Set(['PWD', 'OLDPWD', 'SSH_AUTH_SOCK', 'SECRETS', 'CREDENTIAL_SPEC']);

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/);
}
