import type { Project, Service } from '../compose/index.ts';

/** The image that a service's containers run: `image`, or the name under which its build is stored. */
export function imageName(project: Project, service: Service): string {
  return service.image ?? `${project.name}${project.separator ?? '-'}${service.name}`;
}

/** When an image is fetched. `build`: it is built here and never fetched. */
export type PullPolicy =
  | { readonly kind: 'missing' | 'always' | 'never' | 'build' }
  /** Fetched again when the local one is older. */
  | { readonly kind: 'every'; readonly milliseconds: number };

const millisecondsPer = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 7 * 86400e3 } as const;

/** Undefined for a word that is no pull policy. */
export function parsePullPolicy(text: string | undefined): PullPolicy | undefined {
  switch (text) {
    case undefined:
    case '':
    case 'missing':
    case 'if_not_present':
      return { kind: 'missing' };
    case 'always':
    case 'never':
    case 'build':
      return { kind: text };
    case 'daily':
      return { kind: 'every', milliseconds: millisecondsPer.d };
    case 'weekly':
      return { kind: 'every', milliseconds: millisecondsPer.w };
    default:
      return parseInterval(text);
  }
}

/** `every_12h`, `every_1d12h`. */
function parseInterval(text: string): PullPolicy | undefined {
  const match = /^every_((?:\d+[smhdw])+)$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  const parts = [...match[1].matchAll(/(\d+)([smhdw])/g)];
  const milliseconds = parts.reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * millisecondsPer[unit as keyof typeof millisecondsPer],
    0,
  );
  return { kind: 'every', milliseconds };
}
