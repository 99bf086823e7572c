/** Whether `docker model ls --json` lists a model; one without a tag is `latest`. */
export function isAvailable(model: string, listed: string): boolean {
  const wanted = fullName(model);
  const models = parsed(listed);
  return (
    Array.isArray(models) &&
    models.flatMap((each) => tagsOf(each)).some((tag) => typeof tag === 'string' && fullName(tag) === wanted)
  );
}

/** The address in `docker model status --json`. */
export function parseEndpoint(status: string): string | undefined {
  const { endpoint } = objectIn(status);
  return typeof endpoint === 'string' && endpoint !== '' ? endpoint : undefined;
}

/** The version in a plugin's metadata: `v1.0.6`. */
export function parseVersion(metadata: string): string | undefined {
  const { Version: version } = objectIn(metadata);
  return typeof version === 'string' ? version : undefined;
}

/** Since 1.0.6; what is no release is taken for a new one. */
export function takesRuntimeFlags(version: string | undefined): boolean {
  const numbers = /^v?(\d+)\.(\d+)\.(\d+)/.exec(version ?? '');
  if (numbers === null) return true;
  const [major = 0, minor = 0, patch = 0] = numbers.slice(1).map(Number);
  return major > 1 || (major === 1 && (minor > 0 || patch >= 6));
}

function fullName(model: string): string {
  const name = model.replace(/^(?:index\.)?docker\.io\//, '');
  return /:[^/]*$/.test(name) || name.includes('@') ? name : `${name}:latest`;
}

function tagsOf(model: unknown): readonly unknown[] {
  const { tags } = (model ?? {}) as { readonly tags?: unknown };
  return Array.isArray(tags) ? tags : [];
}

function objectIn(text: string): { readonly [key: string]: unknown } {
  const value = parsed(text);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
