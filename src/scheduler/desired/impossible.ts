import { type LoadResult, type Project, refusedValues, type Service } from '../../compose/index.ts';
import type { Diagnostic } from '../../core/diagnostic.ts';
import { quote } from '../../core/text.ts';
import { type Finding, toDiagnostic } from './finding.ts';
import { hostPorts } from './host-ports.ts';
import { memoryLimits } from './memory-limits.ts';

/** What is a fine model, can be printed by `config`, and yet cannot be brought up: docker compose refuses it then too. */
export function impossibleSettings(project: Project, locate: LoadResult['locate']): readonly Diagnostic[] {
  const services = [...project.services.values()];
  const refused = refusedValues({ ...project, services }).map(
    (each): Finding => ({ code: 'compose.invalid-value', ...each }),
  );
  return [
    ...sharedNames(services),
    ...services.flatMap(memoryLimits),
    ...refused,
    ...(refused.some(({ path }) => path.includes('ports')) ? [] : hostPorts(project)),
    ...services.flatMap((service) => [...startIntervals(service), ...unsetContents(project, service)]),
  ].map((finding) => toDiagnostic(finding, locate));
}

/** Without this check services of the same definition would be taken for one container. */
function sharedNames(services: readonly Service[]): readonly Finding[] {
  const owners = new Map<string, Service>();
  return services.flatMap((service) => {
    const name = service.container_name;
    if (name === undefined) return [];
    const owner = owners.get(name);
    if (owner === undefined) {
      owners.set(name, service);
      return [];
    }
    return [
      {
        code: 'compose.conflict',
        path: ['services', service.name, 'container_name'],
        message: `services.${service.name}: container name ${quote(name)} is already in use by service ${quote(owner.name)}`,
        hint: 'Give one of them another name, or take container_name out.',
      },
    ];
  });
}

function startIntervals(service: Service): readonly Finding[] {
  const check = service.healthcheck;
  if (check?.start_interval === undefined || check.start_period !== undefined) return [];
  return [
    {
      code: 'compose.missing-key',
      path: ['services', service.name, 'healthcheck', 'start_interval'],
      message: 'healthcheck.start_interval requires healthcheck.start_period to be set',
      hint: 'Add a start_period: the interval holds for that long.',
    },
  ];
}

function unsetContents(project: Project, service: Service): readonly Finding[] {
  const findingsOf = (kind: 'configs' | 'secrets'): readonly Finding[] =>
    (service[kind] ?? []).flatMap((reference) => {
      const variable = project[kind].get(reference.source)?.environment;
      if (variable === undefined || project.environment.has(variable)) return [];
      return [
        {
          code: 'compose.required-variable',
          path: [kind, reference.source, 'environment'],
          message: `environment variable ${quote(variable)} required by ${kind.slice(0, -1)} ${quote(reference.source)} is not set`,
          hint: `Set it for this command or in the .env file; service ${quote(service.name)} needs it.`,
        },
      ];
    });
  return [...findingsOf('configs'), ...findingsOf('secrets')];
}
