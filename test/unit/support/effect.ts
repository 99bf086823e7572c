import type { ContainerSpec } from '../../../src/runtime/index.ts';
import { refuseWhatIsMissing } from '../../../src/runtime/native/oci/refuse.ts';
import {
  impossibleSettings,
  injectedFiles,
  unsupportedSettings,
} from '../../../src/scheduler/desired/index.ts';
import { load } from '../compose/support.ts';
import { emptyWorld, plan } from '../scheduler/plan/world.ts';
import { branches, type JsonSchema } from '../schema/support.ts';

/** `yes` when a key changes the plan of a small project, `no`, `refused` with the code, or why it cannot be tried. */
export async function effectOf(place: string, schema: JsonSchema): Promise<string> {
  const steps = stepsOf(place);
  const examples = examplesAt(schema, steps);
  let outcome = 'no example';
  for (const example of examples) {
    const without = await planned(documentOf(steps.slice(0, -1), undefined, place));
    const withKey = await planned(documentOf(steps, example, place));
    if (withKey.startsWith('refused')) outcome = withKey;
    else if (withKey.startsWith('error') || without.startsWith('error'))
      outcome = withKey.startsWith('error') ? withKey : without;
    else if (withKey !== without) return 'yes';
    else outcome = 'no';
  }
  return outcome;
}

/** How many of a key's examples the native engine refuses in a container, of those with which a plan makes one. */
export async function refusedNatively(place: string, schema: JsonSchema): Promise<'all' | 'some' | 'none'> {
  const steps = stepsOf(place);
  const refused: boolean[] = [];
  for (const example of examplesAt(schema, steps)) {
    const specs = await specsOf(documentOf(steps, example, place));
    if (specs !== undefined) refused.push(specs.some(isRefused));
  }
  if (!refused.includes(true)) return 'none';
  return refused.includes(false) ? 'some' : 'all';
}

function isRefused(spec: ContainerSpec): boolean {
  try {
    refuseWhatIsMissing(spec);
    return false;
  } catch {
    return true;
  }
}

async function specsOf(document: Plain): Promise<readonly ContainerSpec[] | undefined> {
  const files = { 'compose.yaml': JSON.stringify(document), 'a.env': 'A=1\n', token: 't' };
  const { project } = await load(files, { environment: { TOKEN: 't' }, profiles: ['*'] });
  if (project === undefined || unsupportedSettings(project, () => undefined).length > 0) return undefined;
  return plan(project, emptyWorld()).steps.flatMap((step) =>
    step.kind === 'container.create' ? [step.input.spec] : [],
  );
}

type Step = string | typeof item;
const item = Symbol('an entry of a list');

function stepsOf(place: string): readonly Step[] {
  return place.split('.').flatMap((part): readonly Step[] => {
    const [name = '', ...items] = part.split('[]');
    return [name, ...items.map((): Step => item)];
  });
}

function examplesAt(root: JsonSchema, steps: readonly Step[]): readonly unknown[] {
  let schemas: readonly JsonSchema[] = [root];
  let examples: readonly unknown[] = [];
  for (const step of steps) {
    const next = schemas
      .flatMap((schema) => branches(root, schema))
      .flatMap(({ properties = {}, patternProperties = {}, additionalProperties, items }) => {
        if (step === item) return items ?? [];
        if (step !== '*') return Object.hasOwn(properties, step) ? (properties[step] ?? []) : [];
        return [
          additionalProperties,
          ...Object.entries(patternProperties).map(([pattern, value]) =>
            pattern === '^x-' ? undefined : value,
          ),
        ].filter((each): each is JsonSchema => typeof each === 'object');
      });
    schemas = next;
    examples = next.flatMap((schema) => [
      ...(schema.examples ?? []),
      ...branches(root, schema).flatMap((each) => [...(each.examples ?? []), ...(each.enum ?? [])]),
    ]);
  }
  return examples;
}

type Plain = Record<string, unknown>;

/** Names for `*`, by what holds them. */
const names: Readonly<Record<string, string>> = {
  services: 'web',
  depends_on: 'db',
  networks: 'default',
  volumes: 'data',
  configs: 'site',
  secrets: 'token',
  models: 'llm',
  ulimits: 'nofile',
};

/** What has to stand beside a key. */
function beside(path: string): Plain {
  if (/\.volumes\[\]/.test(path)) {
    const kind = /\[\]\.(bind|volume|tmpfs|image)\./.exec(path)?.[1] ?? 'volume';
    const source = { bind: './here', volume: 'data', tmpfs: undefined, image: 'busybox' }[kind];
    return { type: kind, target: '/there', ...(source === undefined ? {} : { source }) };
  }
  return {};
}

const siblings: Readonly<Record<string, Plain>> = {
  'models.*': { model: 'ai/small' },
  'services.*.ports[]': { target: 80 },
  'services.*.configs[]': { source: 'site' },
  'services.*.secrets[]': { source: 'token' },
  'services.*.depends_on.*': { condition: 'service_started' },
  'services.*.devices[]': { source: '/dev/null', target: '/dev/null' },
  'services.*.deploy.resources.reservations.devices[]': { capabilities: ['gpu'] },
  'services.*.gpus[]': { capabilities: ['gpu'] },
  'services.*.env_file[]': { path: './a.env' },
  'services.*.ulimits.*': { soft: 10, hard: 20 },
  'services.*.healthcheck': { test: 'true', start_period: '9s' },
  'services.*.deploy.restart_policy': { condition: 'on-failure' },
  'services.*.pre_start[]': { command: ['true'] },
  'services.*.post_start[]': { command: ['true'] },
  'services.*.pre_stop[]': { command: ['true'] },
  'networks.*.ipam.config[]': { subnet: '10.1.0.0/16' },
  'services.*.blkio_config.weight_device[]': { path: '/dev/sda', weight: 20 },
  'services.*.blkio_config.device_read_bps[]': { path: '/dev/sda', rate: 20 },
  'services.*.blkio_config.device_read_iops[]': { path: '/dev/sda', rate: 20 },
  'services.*.blkio_config.device_write_bps[]': { path: '/dev/sda', rate: 20 },
  'services.*.blkio_config.device_write_iops[]': { path: '/dev/sda', rate: 20 },
};

function documentOf(steps: readonly Step[], value: unknown, place: string): Plain {
  const root: Plain = {
    services: {
      web: { image: 'busybox', volumes: ['data:/data'], configs: ['site'], secrets: ['token'] },
      db: { image: 'busybox' },
    },
    networks: { default: {} },
    volumes: { data: {} },
    configs: { site: { file: './site' } },
    secrets: { token: { file: './token' } },
  };
  const { web } = root['services'] as Readonly<Record<'web', Plain>>;
  if (place.startsWith('services.*.build')) delete web['image'];
  if (place.startsWith('services.*.models')) root['models'] = { llm: { model: 'ai/small' } };
  let at: unknown = root;
  let path = '';
  steps.forEach((step, index) => {
    const last = index === steps.length - 1 && value !== undefined;
    const holder = path.split('.').at(-1) ?? '';
    const key = step === '*' ? (names[holder] ?? 'name') : step;
    path = step === item ? `${path}[]` : path === '' ? String(step) : `${path}.${String(step)}`;
    const next = steps[index + 1];
    const container: Plain | unknown[] =
      next === item
        ? []
        : {
            ...siblings[path],
            ...beside(path === place ? '' : path.endsWith('[]') ? `${path}${place.slice(path.length)}` : ''),
          };
    const list = Array.isArray(at);
    const holderObject = at as Plain;
    if (list) (at as unknown[]).push(last ? value : container);
    else {
      const known = holderObject[key as string];
      const keep = typeof known === 'object' && known !== null && !Array.isArray(known) && next !== item;
      if (path === 'configs.*' || path === 'secrets.*') holderObject[key as string] = {};
      holderObject[key as string] = last ? value : keep ? { ...known, ...container } : container;
    }
    at = list ? (at as unknown[]).at(-1) : holderObject[key as string];
  });
  return root;
}

async function planned(document: Plain): Promise<string> {
  const files = { 'compose.yaml': JSON.stringify(document), 'a.env': 'A=1\n', token: 't' };
  const { project, diagnostics } = await load(files, { environment: { TOKEN: 't' }, profiles: ['*'] });
  if (project === undefined) return `error ${diagnostics.map(({ message }) => message).join()}`;
  const [unsupported] = unsupportedSettings(project, () => undefined);
  if (unsupported !== undefined) return `refused ${unsupported.code}`;
  const [impossible] = impossibleSettings(project, () => undefined);
  if (impossible !== undefined) return `error ${impossible.message}`;
  const { steps, diagnostics: found } = plan(project, emptyWorld());
  const refusal = found.find(({ severity }) => severity === 'error');
  if (refusal?.code === 'run.external-missing') return refusal.code;
  if (refusal !== undefined) return `refused ${refusal.code}`;
  const injected = [...project.services.values()].map((service) => injectedFiles(project, service));
  return JSON.stringify([steps, found, injected], (key, value: unknown) =>
    key === 'hash' || key.endsWith('config-hash') || key.endsWith('definition') || key === 'reason'
      ? undefined
      : value instanceof Map
        ? [...value]
        : value,
  );
}
