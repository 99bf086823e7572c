import { labels } from '../../core/labels.ts';
import { compareBytes, stripControl } from '../../core/text.ts';
import type { EngineEvent } from '../../runtime/index.ts';
import { goRfc3339 } from './go-time.ts';
import { toGoJson } from './template/index.ts';

/** A line and an empty one, as docker compose prints an event; attributes in byte order of their names. */
export function eventText(event: EngineEvent): string {
  const { seconds, fraction } = timeOf(event);
  const time = `${seconds.slice(0, 19).replace('T', ' ')}.${fraction.slice(0, 6)}`;
  const attributes = attributesOf(event).map(([name, value]) => `${name}=${value}`);
  const text = `${time} container ${event.words} ${event.container} (${attributes.join(', ')})`;
  return `${stripControl(text.replaceAll('\n', ' '))}\n\n`;
}

/** An object in docker compose's fields, on a line of its own. */
export function eventJson(event: EngineEvent): string {
  const { seconds, fraction } = timeOf(event);
  const rest = fraction.replace(/0+$/, '');
  const json = toGoJson({
    action: event.words,
    attributes: Object.fromEntries(attributesOf(event)),
    id: event.container,
    service: event.labels[labels.service] ?? '',
    time: rest === '' ? seconds : `${seconds.slice(0, 19)}.${rest}${seconds.slice(19)}`,
    type: 'container',
  });
  return `${json}\n`;
}

/** The labels of docker compose and of Flotilla are left out. */
function attributesOf({ name, labels: own, details }: EngineEvent): readonly (readonly [string, string])[] {
  return Object.entries({ ...own, ...details, name })
    .filter(([key]) => !/^(?:com\.docker\.compose|dev\.flotilla)\./.test(key))
    .sort(([left], [right]) => compareBytes(left, right));
}

/** Local time to the second, in RFC 3339, and its nine digits below. */
function timeOf({ time }: EngineEvent): { readonly seconds: string; readonly fraction: string } {
  const nanoseconds = BigInt(time);
  return {
    seconds: goRfc3339(Number(nanoseconds / 1_000_000n)),
    fraction: String(nanoseconds % 1_000_000_000n).padStart(9, '0'),
  };
}
