import { formatPath } from '../tree/path.ts';
import { describe, notAllowed, wrongType } from './describe.ts';
import type { Fault } from './faults.ts';
import { childValue, definition, isMapping, isService, ownSchema, type Place } from './place.ts';
import type { SchemaProblem } from './problem.ts';
import type { Speller } from './spelling.ts';

/** One mistake that shows as several faults. */
export interface ShapeMistake {
  readonly problem: SchemaProblem;
  readonly explains: readonly Fault[];
}

/** Mistakes in the outline of the file; no fault is explained twice. */
export function shapeMistakes(
  root: Place,
  faults: readonly Fault[],
  spell: Speller,
): readonly ShapeMistake[] {
  const mistakes: ShapeMistake[] = [];
  let rest = faults;
  for (const find of [otherFormat, servicesAtTopLevel, resourcesAmongServices, emptyService, pairsInLists]) {
    const found = find(rest, root, spell);
    const explained = new Set(found.flatMap((mistake) => mistake.explains));
    mistakes.push(...found);
    rest = rest.filter((fault) => !explained.has(fault));
  }
  return mistakes;
}

/** A file of another tool, known by its keys. */
function otherFormat(faults: readonly Fault[], root: Place): readonly ShapeMistake[] {
  if (childValue(root.value, 'services') !== undefined) return [];
  const explains = unknownKeysOf(faults, root);
  const [first] = explains;
  const hint = formats.find(({ keys }) =>
    keys.every((key) => childValue(root.value, key) !== undefined),
  )?.hint;
  if (first === undefined || hint === undefined) return [];
  const message = notAllowed(
    '',
    explains.map((fault) => fault.key),
  );
  return [
    { problem: { path: [first.key], code: 'compose.unknown-key', message, hint, atKey: true }, explains },
  ];
}

const formats: readonly { readonly keys: readonly string[]; readonly hint: string }[] = [
  {
    keys: ['apiVersion', 'kind'],
    hint: 'this is a Kubernetes manifest; a Compose file describes containers below `services:`',
  },
  {
    keys: ['dependencies', 'scripts'],
    hint: 'this looks like a package.json; a Compose file describes containers below `services:`',
  },
  {
    keys: ['jobs', 'on'],
    hint: 'this looks like a GitHub workflow; a Compose file describes containers below `services:`',
  },
];

function unknownKeysOf(
  faults: readonly Fault[],
  place: Place,
): readonly (Fault & { readonly kind: 'unknown-key' })[] {
  return faults.filter(
    (fault): fault is Fault & { kind: 'unknown-key' } =>
      fault.kind === 'unknown-key' && fault.place === place,
  );
}

/** Services at the left margin, as very old files have them. */
function servicesAtTopLevel(faults: readonly Fault[], root: Place): readonly ShapeMistake[] {
  const services = unknownKeysOf(faults, root).filter((fault) =>
    looksLikeService(childValue(root.value, fault.key)),
  );
  const [first] = services;
  if (first === undefined) return [];
  const empty = faults.find(
    ({ kind, place }) => kind === 'type' && place.parent === root && place.path[0] === 'services',
  );
  if (empty !== undefined && empty.place.value === null) return [forgottenIndent(empty, services)];
  const them = services.length === 1 ? 'it' : 'them';
  const hint = isMapping(childValue(root.value, 'services'))
    ? `to make ${them} a service, indent ${them} below \`services:\``
    : `wrap ${them} in \`services:\``;
  const message = notAllowed(
    '',
    services.map((fault) => fault.key),
  );
  const problem: SchemaProblem = {
    path: [first.key],
    code: 'compose.unknown-key',
    message,
    hint,
    atKey: true,
  };
  return [{ problem, explains: services }];
}

/** `services:` with nothing below it, and the services beside it. */
function forgottenIndent(
  empty: Fault,
  services: readonly (Fault & { readonly kind: 'unknown-key' })[],
): ShapeMistake {
  const names = services.map(({ key }) => `\`${key}\``).join(', ');
  const hint = `indent ${names} and all that is below by two spaces, so that ${services.length === 1 ? 'it is' : 'they are'} below \`services:\``;
  const problem: SchemaProblem = {
    path: ['services'],
    code: 'compose.invalid-type',
    message: wrongType(empty.place),
    hint,
  };
  return { problem, explains: [empty, ...services] };
}

/** `volumes:` and its like, indented as if they were services. */
function resourcesAmongServices(faults: readonly Fault[], _: Place, spell: Speller): readonly ShapeMistake[] {
  return resourceKeys.flatMap((name) => {
    const explains = faults.filter(({ place }) => place.path[0] === 'services' && place.path[1] === name);
    const [first] = explains;
    if (first === undefined || looksLikeService(serviceAround(first.place).value)) return [];
    const hint = `if the top-level \`${name}\` is meant, move it to the left margin`;
    return [
      { problem: { ...describe(first, spell), path: ['services', name], hint, atKey: true }, explains },
    ];
  });
}

/** A service with nothing below it, and beside it the attributes that were meant to be below it. */
function emptyService(faults: readonly Fault[]): readonly ShapeMistake[] {
  const wrong = faults.filter((fault) => fault.kind === 'type' && isService(fault.place));
  const attributes = wrong.filter(({ place }) => isAttribute(String(place.path.at(-1))));
  const [service, ...more] = wrong.filter(
    (fault) => fault.place.value === null && !attributes.includes(fault),
  );
  if (service === undefined || attributes.length === 0 || more.length > 0) return [];
  const { place } = service;
  const names = attributes.map((fault) => `\`${String(fault.place.path.at(-1))}\``).join(', ');
  const hint = `indent ${names} one level deeper, below \`${formatPath(place.path)}\``;
  const problem: SchemaProblem = {
    path: place.path,
    code: 'compose.invalid-type',
    message: wrongType(place),
    hint,
  };
  return [{ problem, explains: [service, ...attributes] }];
}

/** `- KEY: value` on several lines of a list of texts; the first says it for all. */
function pairsInLists(faults: readonly Fault[], _: Place, spell: Speller): readonly ShapeMistake[] {
  const byList = new Map<string, Fault[]>();
  for (const fault of faults) {
    const { path, value } = fault.place;
    if (fault.kind !== 'type' || typeof path.at(-1) !== 'number' || !isMapping(value)) continue;
    const list = JSON.stringify(path.slice(0, -1));
    const together = byList.get(list);
    if (together === undefined) byList.set(list, [fault]);
    else together.push(fault);
  }
  return [...byList.values()].flatMap((explains) => {
    const [first] = explains;
    return first === undefined ? [] : [{ problem: describe(first, spell), explains }];
  });
}

function looksLikeService(value: unknown): boolean {
  return isMapping(value) && Object.keys(value).some(isAttribute);
}

function isAttribute(key: string): boolean {
  return ownSchema(definition('service'), key) !== undefined;
}

function serviceAround(place: Place): Place {
  return isService(place) || place.parent === undefined ? place : serviceAround(place.parent);
}

const resourceKeys = ['networks', 'volumes', 'configs', 'secrets', 'models'];
