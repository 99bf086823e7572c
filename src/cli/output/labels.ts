import { compareBytes, stripControl } from '../../core/text.ts';

/** `a=1,b=2`, in byte order of the names. */
export function labelList(all: Readonly<Record<string, string>>): string {
  return Object.entries(all)
    .sort(([left], [right]) => compareBytes(left, right))
    .map(([key, value]) => stripControl(`${key}=${value}`))
    .join(',');
}

/** How docker titles the column of a label: by its last word. */
export function labelTitle(key: string): string {
  return (key.split('.').at(-1) ?? key).replace(/[-_]/g, ' ');
}
