import type { Service } from '../../compose/index.ts';

/** Images that a service needs beside its own, as if each were that of a service. */
export function moreImages(service: Service): readonly Service[] {
  return [...hookImages(service), ...mountedImages(service)];
}

/** What has to be there for the hooks before the start of a service. */
function hookImages(service: Service): readonly Service[] {
  const { build: _, ...rest } = service;
  return (service.pre_start ?? []).flatMap(({ image }) =>
    image === undefined || image === service.image ? [] : [{ ...rest, image }],
  );
}

/** As for docker compose, the policy and the platform of a service are not those of what is mounted in it. */
export function mountedImages(service: Service): readonly Service[] {
  const { build: _, pull_policy: __, platform: ___, ...rest } = service;
  return mountedNames(service).map((image) => ({ ...rest, image }));
}

/** The sources of its mounts of `type: image`. */
export function mountedNames({ volumes = [] }: Service): readonly string[] {
  return volumes.flatMap(({ type, source }) => (type === 'image' && source !== undefined ? [source] : []));
}
