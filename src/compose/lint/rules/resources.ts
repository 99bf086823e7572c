import { suggest } from '../../../core/suggest.ts';
import { quote } from '../../../core/text.ts';
import type { Service } from '../../project.ts';
import { disabledIn, extensionsOf, knownCodes } from '../disabled.ts';
import { allServices, type Finding, type Rule } from '../subject.ts';

/** The file as a whole. */
export const resourceRules: readonly Rule[] = [
  function unusedResource({ project }) {
    const services = allServices(project);
    const used = {
      networks: new Set(services.flatMap(({ networks }) => [...(networks?.keys() ?? [])])),
      volumes: new Set(services.flatMap(volumesOf)),
      configs: new Set(
        services.flatMap(({ configs, credential_spec: spec }) => [
          ...(configs ?? []).map(({ source }) => source),
          ...(spec?.config === undefined ? [] : [spec.config]),
        ]),
      ),
      secrets: new Set(
        services.flatMap(({ secrets, build }) =>
          [...(secrets ?? []), ...(build?.secrets ?? [])].map(({ source }) => source),
        ),
      ),
    };
    return (['networks', 'volumes', 'configs', 'secrets'] as const).flatMap((section) =>
      [...project[section].keys()].flatMap((name): readonly Finding[] => {
        if (used[section].has(name) || (section === 'networks' && name === 'default')) return [];
        return [
          {
            code: 'lint.unused-resource',
            severity: 'warning',
            path: [section, name],
            message: `${section}.${name}: no service uses this ${section.slice(0, -1)}`,
            hint: `Remove it, or name it in the "${section}" of a service.`,
          },
        ];
      }),
    );
  },

  function unknownCode({ project }) {
    return extensionsOf(project).flatMap(({ path, settings }) =>
      disabledIn(settings).flatMap((code, index): readonly Finding[] => {
        if (knownCodes.includes(code)) return [];
        const [near] = suggest(code, knownCodes, 1);
        return [
          {
            code: 'lint.unknown-code',
            severity: 'warning',
            path: [...path, 'lint', 'disable', index],
            message: `${quote(code)} is no code of a rule`,
            hint: near === undefined ? 'docs/lint.md lists the codes.' : `Did you mean "${near}"?`,
          },
        ];
      }),
    );
  },
];

function volumesOf({ volumes }: Service): readonly string[] {
  return (volumes ?? []).flatMap(({ type, source }) =>
    (type === 'volume' || type === 'cluster') && source !== undefined ? [source] : [],
  );
}
