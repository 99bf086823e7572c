/** An Engine API version as its minor number: 41 stands for 1.41. Every version that was released is 1.x. */
export type ApiVersion = number;

/** Engine 20.10, the oldest one that Flotilla speaks to. */
export const oldestApiVersion: ApiVersion = 41;
/** The newest version whose replies Flotilla knows; a newer engine is spoken to in this one. */
export const newestApiVersion: ApiVersion = 51;

/** Undefined for a text that is not a version. */
export function parseApiVersion(text: string): ApiVersion | undefined {
  const match = /^v?1\.(\d{1,3})$/.exec(text.trim());
  return match === null ? undefined : Number(match[1]);
}

export function formatApiVersion(version: ApiVersion): string {
  return `1.${version}`;
}
