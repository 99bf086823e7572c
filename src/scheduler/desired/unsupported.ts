import type { LoadResult, ModelPath, Project, Service } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { quote } from '../../core/text.ts';
import { pathText, toDiagnostic } from './finding.ts';

interface Unsupported {
  readonly path: ModelPath;
  readonly reason: string;
  readonly hint: string;
}

const composeHint = 'Run this project with `docker compose` for now, or take the setting out.';

/**
 * Attributes that load but that a run cannot honour: each becomes an error at its position, so that nothing the
 * file asks for is dropped in silence.
 */
export function unsupportedSettings(project: Project, locate: LoadResult['locate']): readonly Diagnostic[] {
  return [...serviceFindings(project), ...objectFindings(project)].map(({ path, reason, hint }) =>
    toDiagnostic(
      { code: 'compose.unsupported', path, message: `${pathText(path)}: ${reason}`, hint },
      locate,
    ),
  );
}

/** Rows of the table: attribute, whether a service asks for it, why it cannot be honoured. */
const serviceRules: readonly {
  readonly key: keyof Service;
  readonly asked: (service: Service) => boolean;
  readonly reason: string;
  readonly hint?: string;
}[] = [
  {
    key: 'pre_start',
    asked: (service) => (service.pre_start ?? []).some(({ per_replica }) => per_replica === true),
    reason: 'a hook before the start runs once for all replicas, so "per_replica" cannot be true',
    hint: 'Take it out.',
  },
  {
    key: 'credential_spec',
    asked: (service) => service.credential_spec !== undefined,
    reason: 'credential specs exist only for Windows containers, which Flotilla does not run',
  },
  {
    key: 'use_api_socket',
    asked: (service) => service.use_api_socket === true,
    reason: 'Flotilla does not hand out the engine socket yet',
    hint: 'Mount the socket yourself under `volumes`.',
  },
];

function serviceFindings(project: Project): readonly Unsupported[] {
  return [...project.services.values()].flatMap((service) => [
    ...serviceRules
      .filter((rule) => rule.asked(service))
      .map((rule) => ({
        path: ['services', service.name, rule.key],
        reason: rule.reason,
        hint: rule.hint ?? composeHint,
      })),
    ...volumeFindings(service),
    ...seccompFindings(service),
  ]);
}

function volumeFindings(service: Service): readonly Unsupported[] {
  return (service.volumes ?? []).flatMap((volume, index) =>
    volume.type === 'npipe' || volume.type === 'cluster'
      ? [
          {
            path: ['services', service.name, 'volumes', index, 'type'],
            reason: `no engine that Flotilla drives can mount ${quote(volume.type)}`,
            hint: 'Use `bind`, `volume`, `tmpfs` or `image`.',
          },
        ]
      : [],
  );
}

function seccompFindings(service: Service): readonly Unsupported[] {
  return (service.security_opt ?? []).flatMap((option, index) => {
    const profile = /^seccomp[:=](.*)$/.exec(option)?.[1];
    return profile === undefined || profile === 'unconfined' || profile.startsWith('{')
      ? []
      : [
          {
            path: ['services', service.name, 'security_opt', index],
            reason: 'Flotilla does not read seccomp profiles from files yet',
            hint: composeHint,
          },
        ];
  });
}

function objectFindings(project: Project): readonly Unsupported[] {
  return (['configs', 'secrets'] as const).flatMap((kind) =>
    [...project[kind]].flatMap(([key, object]) => {
      const attribute =
        object.external === true
          ? 'external'
          : object.driver !== undefined
            ? 'driver'
            : object.template_driver !== undefined
              ? 'template_driver'
              : undefined;
      return attribute === undefined
        ? []
        : [
            {
              path: [kind, key, attribute],
              reason: `${kind} from a Swarm store need a Swarm`,
              hint:
                kind === 'secrets'
                  ? 'Give the secret with `file:` or `environment:`.'
                  : 'Give the content with `file:`, `environment:` or `content:`.',
            },
          ];
    }),
  );
}
