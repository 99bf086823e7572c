/** What a provider says in one line of its output. */
export type ProviderMessage =
  | { readonly type: 'info' | 'error' | 'debug'; readonly text: string }
  | { readonly type: 'setenv' | 'rawsetenv'; readonly name: string; readonly value: string };

/** Undefined for what is no message of the protocol. */
export function parseMessage(line: string): ProviderMessage | undefined {
  const { type, message = '' } = objectIn(line);
  if (typeof message !== 'string') return undefined;
  switch (type) {
    case 'info':
    case 'error':
    case 'debug':
      return { type, text: message };
    case 'setenv':
    case 'rawsetenv': {
      const equals = message.indexOf('=');
      if (equals < 1) return undefined;
      return { type, name: message.slice(0, equals), value: message.slice(equals + 1) };
    }
    default:
      return undefined;
  }
}

function objectIn(line: string): { readonly type?: unknown; readonly message?: unknown } {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
