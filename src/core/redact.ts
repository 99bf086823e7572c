/** Hides what must not reach a terminal or a log: passwords in addresses, tokens and credential headers. */
export function redact(text: string): string {
  return patterns.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}

const patterns: readonly (readonly [RegExp, string])[] = [
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, '$1:***@'],
  [/(\bhttps?:\/\/)[^\s/:@]+@/gi, '$1***@'],
  [
    /\b((?:proxy-)?authorization|x-registry-auth|x-registry-config)(["']?\s*[:=]\s*["']?)[^"'\r\n]+/gi,
    '$1$2***',
  ],
  [/\b(bearer|basic)\s+[a-z0-9+/=._~-]{8,}/gi, '$1 ***'],
  [
    /("?(?:password|passwd|identitytoken|registrytoken|access_token|refresh_token)"?\s*[:=]\s*)("[^"]*"|[^\s",}]+)/gi,
    '$1***',
  ],
];
