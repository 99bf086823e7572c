import { formatPath } from '../tree/path.ts';
import { notAllowed, wrongType } from './describe.ts';
import type { Fault } from './faults.ts';
import { childValue, definition, isMapping, ownSchema, type Place } from './place.ts';
import type { SchemaProblem } from './problem.ts';

/** One mistake in the outline of the file that shows as several faults. */
export interface ShapeMistake {
  readonly problem: SchemaProblem;
  readonly explains: readonly Fault[];
}

export function shapeMistakes(root: Place, faults: readonly Fault[]): readonly ShapeMistake[] {
  return [servicesAtTopLevel(root, faults), ...emptyServices(faults)].filter(
    (mistake) => mistake !== undefined,
  );
}

/** Services at the left margin, as very old files have them. */
function servicesAtTopLevel(root: Place, faults: readonly Fault[]): ShapeMistake | undefined {
  const services = faults.filter(
    (fault): fault is Fault & { kind: 'unknown-key' } =>
      fault.kind === 'unknown-key' &&
      fault.place === root &&
      looksLikeService(childValue(root.value, fault.key)),
  );
  const [first] = services;
  if (first === undefined) return undefined;
  const names = services.map((fault) => fault.key);
  const quoted = names.map((name) => `\`${name}\``).join(', ');
  const hint = isMapping(childValue(root.value, 'services'))
    ? `${quoted} ${names.length === 1 ? 'looks like a service' : 'look like services'}; indent below \`services:\``
    : `wrap ${names.length === 1 ? 'it' : 'them'} in \`services:\``;
  const message = notAllowed('', names);
  return {
    problem: { path: [first.key], code: 'compose.unknown-key', message, hint, atKey: true },
    explains: services,
  };
}

function looksLikeService(value: unknown): boolean {
  return (
    isMapping(value) && Object.keys(value).some((key) => ownSchema(definition('service'), key) !== undefined)
  );
}

/** A service with nothing below it, followed by attributes that were meant to be below it. */
function emptyServices(faults: readonly Fault[]): readonly ShapeMistake[] {
  const ofServices = faults.filter((fault) => fault.kind === 'type' && isService(fault.place));
  const attributes = ofServices.filter(({ place }) => isAttribute(place));
  const empty = ofServices.filter((fault) => fault.place.value === null && !attributes.includes(fault));
  const [service] = empty;
  if (service === undefined || attributes.length === 0 || empty.length > 1) return [];
  const names = attributes.map(({ place }) => `\`${String(place.path.at(-1))}\``).join(', ');
  return [
    {
      problem: {
        path: service.place.path,
        code: 'compose.invalid-type',
        message: wrongType(service.place),
        hint: `indent ${names} one level deeper, below \`${formatPath(service.place.path)}\``,
      },
      explains: [service, ...attributes],
    },
  ];
}

function isService(place: Place): boolean {
  return place.path.length === 2 && place.path[0] === 'services';
}

function isAttribute(place: Place): boolean {
  return ownSchema(definition('service'), String(place.path.at(-1))) !== undefined;
}
