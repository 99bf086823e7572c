export interface ReferenceParts {
  readonly name: string;
  /** A tag, or `sha256:…`. */
  readonly tag: string;
}

/** Splits `registry:5000/team/app:1.2@sha256:…`; without a tag and a digest it means `latest`, not all tags. */
export function splitReference(reference: string): ReferenceParts {
  const at = reference.indexOf('@');
  if (at !== -1) return { name: withoutTag(reference.slice(0, at)), tag: reference.slice(at + 1) };
  const name = withoutTag(reference);
  return { name, tag: reference.slice(name.length + 1) || 'latest' };
}

function withoutTag(reference: string): string {
  const colon = reference.lastIndexOf(':');
  // A colon before a slash belongs to the registry's port.
  return colon > reference.lastIndexOf('/') ? reference.slice(0, colon) : reference;
}
