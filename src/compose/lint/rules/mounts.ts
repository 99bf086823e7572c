import { basename, extname } from 'node:path';
import { suggest } from '../../../core/suggest.ts';
import { quote } from '../../../core/text.ts';
import { splitVolume } from '../../canonical/volumes.ts';
import { cleanPath } from '../../paths/index.ts';
import { child, isText } from '../../tree/node.ts';
import { allServices, type Finding, type Rule, serviceRule } from '../subject.ts';

/** Mounts that do something else than they seem to. */
export const mountRules: readonly Rule[] = [
  serviceRule(function* dockerSocket({ name, volumes }, _, path) {
    for (const [index, { source }] of (volumes ?? []).entries()) {
      if (source === undefined || !/\/(?:docker|podman|containerd)\.sock$/.test(source)) continue;
      yield {
        code: 'lint.docker-socket',
        severity: 'warning',
        path: [...path, 'volumes', index],
        message: `services.${name} gets the engine's socket ${quote(source)}: who has it has this machine, even read-only`,
        hint: 'Put a proxy between that lets through only the calls that are needed.',
      };
    }
  }),

  serviceRule(function* hostRoot({ name, volumes }, _, path) {
    for (const [index, { type, source, read_only: readOnly }] of (volumes ?? []).entries()) {
      if (type !== 'bind' || readOnly === true || !['/', '/etc', '/boot', '/root'].includes(source ?? ''))
        continue;
      yield {
        code: 'lint.host-root',
        severity: 'warning',
        path: [...path, 'volumes', index],
        message: `services.${name} can write to ${quote(source ?? '')} of this machine`,
        hint: 'Mount the folder that is needed, or add ":ro".',
      };
    }
  }),

  async function missingBindSource({ project, files }) {
    const findings: Finding[] = [];
    for (const { name, volumes } of allServices(project)) {
      for (const [index, mount] of (volumes ?? []).entries()) {
        const { type, source, target, bind, read_only: readOnly } = mount;
        if (type !== 'bind' || source === undefined || !source.startsWith('/')) continue;
        const isRequired = bind?.create_host_path === false;
        const looksLikeFile =
          fileNames.test(basename(source)) ||
          (extname(source) === extname(target) && fileNames.test(basename(target)));
        if (!isRequired && !looksLikeFile && readOnly !== true) continue;
        if (/^\/(?:var\/)?run\//.test(source) || (await files.kind(source)) !== 'missing') continue;
        findings.push({
          code: 'lint.missing-bind-source',
          severity: isRequired ? 'error' : 'warning',
          path: ['services', name, 'volumes', index],
          message: isRequired
            ? `services.${name} mounts ${quote(source)}, which does not exist`
            : `services.${name} mounts ${quote(source)}, which does not exist: the engine makes an empty folder of that name`,
          hint: 'Create it, or mend the path; it starts from the project folder.',
        });
      }
    }
    return findings;
  },

  function mountOption({ trace }) {
    return trace.documents.flatMap(({ values }) => {
      const services = child(values, 'services');
      if (services?.kind !== 'mapping') return [];
      return [...services.entries].flatMap(([name, { value }]) => {
        const volumes = child(value, 'volumes');
        if (volumes?.kind !== 'sequence') return [];
        return volumes.items.flatMap((item, index): readonly Finding[] => {
          const options = isText(item) ? optionsOf(item.value) : [];
          const unknown = options.filter((option) => !knownOptions.includes(option));
          return unknown.map((option) => ({
            code: 'lint.mount-option',
            severity: 'warning',
            path: ['services', name, 'volumes', index],
            at: item.origin,
            message: `services.${name}: the mount option ${quote(option)} has no effect`,
            hint: optionHint(option),
          }));
        });
      });
    });
  },

  serviceRule(function* mountOverSystem({ name, volumes }, _, path) {
    for (const [index, { type, target }] of (volumes ?? []).entries()) {
      if (type === 'tmpfs' || !systemFolders.has(cleanPath(target))) continue;
      yield {
        code: 'lint.mount-over-system',
        severity: 'warning',
        path: [...path, 'volumes', index],
        message: `services.${name}: a mount on ${target} hides what the image has there, its programs included`,
        hint: 'Mount the one file or folder below it that is meant.',
      };
    }
  }),
];

const fileNames =
  /\.(?:conf|cfg|cnf|ini|ya?ml|json|toml|xml|properties|env|sql|sh|py|js|ts|rb|php|html?|crt|pem|key|cert|txt|sock)$|^(?:Caddyfile|Dockerfile|nginx\.conf|Makefile)$/i;
const systemFolders = new Set([
  '/bin',
  '/sbin',
  '/usr',
  '/usr/bin',
  '/usr/lib',
  '/lib',
  '/lib64',
  '/etc',
  '/var',
]);

/** What has an effect in `source:target:options`. */
const knownOptions = [
  'ro',
  'rw',
  'z',
  'Z',
  'nocopy',
  'private',
  'rprivate',
  'shared',
  'rshared',
  'slave',
  'rslave',
];

function optionsOf(text: string): readonly string[] {
  const parts = splitVolume(text);
  return parts.length === 3 ? (parts[2] ?? '').split(',').filter((option) => option !== '') : [];
}

const otherWords: ReadonlyMap<string, string> = new Map([
  ['readonly', 'ro'],
  ['read-only', 'ro'],
  ['RO', 'ro'],
  ['r', 'ro'],
  ['readwrite', 'rw'],
  ['RW', 'rw'],
  ['w', 'rw'],
]);

function optionHint(option: string): string {
  if (['cached', 'delegated', 'consistent'].includes(option))
    return 'Old versions of Docker Desktop needed it. Remove it.';
  const near = otherWords.get(option) ?? suggest(option, knownOptions, 1)[0];
  return near === undefined ? `Known are ${knownOptions.join(', ')}.` : `Did you mean "${near}"?`;
}
