import { quote } from '../../core/text.ts';
import type { ModelPath, Project, Service } from '../project.ts';
import type { Report } from '../report.ts';
import { findCycle } from '../select/graph.ts';
import type { MappingNode } from '../tree/node.ts';
import { originAt } from '../tree/path.ts';
import type { Complain } from './complain.ts';
import { checkTargets } from './mounts.ts';
import { checkReferences } from './references.ts';
import { checkScale } from './scale.ts';

/**
 * Rules that need the whole model: references, contradictions, cycles. Disabled services are not looked at. `typed` names
 * what the command line laid on the files.
 */
export function checkProject(project: Project, tree: MappingNode, report: Report, typed?: string): void {
  const complain = complainer(tree, report);
  const isTyped = (path: ModelPath): boolean =>
    typed !== undefined && originAt(tree, path).source.file === typed;
  for (const service of project.services.values()) {
    checkService(service, complain);
    checkScale(service, complain);
    checkReferences(service, project, complain, isTyped);
    checkTargets(service, complain);
  }
  for (const [name, secret] of project.secrets) {
    if (
      secret.external !== true &&
      secret.file === undefined &&
      (secret.environment ?? '') === '' &&
      secret.content === undefined
    ) {
      complain(
        ['secrets', name],
        'compose.missing-key',
        `secret ${quote(name)} must declare either \`file\` or \`environment\`${suffix}`,
        'Add "file: ./path".',
      );
    }
  }
  const cycle = findCycle(project.services);
  if (cycle !== undefined) {
    const [first = '', second = ''] = cycle;
    complain(
      ['services', first, 'depends_on', second],
      'compose.dependency-cycle',
      `dependency cycle detected: ${cycle.join(' -> ')}`,
      'Remove one of these dependencies; a service cannot wait for itself.',
    );
  }
}

const suffix = ': invalid compose project';

/** A container's name is its own: two services of what was selected cannot ask for the same one. */
export function checkContainerNames(selected: Project, tree: MappingNode, report: Report): void {
  const complain = complainer(tree, report);
  const owners = new Map<string, string>();
  for (const { name, container_name: wanted } of selected.services.values()) {
    if (wanted === undefined || wanted === '') continue;
    const owner = owners.get(wanted);
    owners.set(wanted, name);
    if (owner === undefined) continue;
    complain(
      ['services', name, 'container_name'],
      'compose.conflict',
      `services.${name}: container name ${quote(wanted)} is already in use by service ${quote(owner)}`,
      'Give one of them another name, or take container_name out.',
    );
  }
}

function complainer(tree: MappingNode, report: Report): Complain {
  return (path, code, message, hint) => report.error(code, message, { at: originAt(tree, path), path, hint });
}

function checkService(service: Service, complain: Complain): void {
  const { name } = service;
  const path = ['services', name];
  if ((service.image ?? '') === '' && service.build === undefined && service.provider === undefined) {
    complain(
      path,
      'compose.missing-key',
      `service ${quote(name)} has neither an image nor a build context specified${suffix}`,
      'Add "image: …" or "build: …".',
    );
  }
  if ((service.build?.dockerfile ?? '') !== '' && (service.build?.dockerfile_inline ?? '') !== '') {
    complain(
      [...path, 'build', 'dockerfile'],
      'compose.conflict',
      `service ${quote(name)} declares mutually exclusive dockerfile and dockerfile_inline${suffix}`,
      'Keep one of the two.',
    );
  }
  const platforms = service.build?.platforms ?? [];
  const platform = service.platform ?? '';
  if (platform !== '' && platforms.length > 0 && !platforms.includes(platform)) {
    complain(
      [...path, 'platform'],
      'compose.conflict',
      `service.build.platforms MUST include service.platform ${quote(platform)} for service ${quote(name)}${suffix}`,
      'Add it to build.platforms.',
    );
  }
  if (
    service.network_mode !== undefined &&
    service.network_mode !== '' &&
    service.networks !== undefined &&
    service.networks.size > 0
  ) {
    complain(
      [...path, 'network_mode'],
      'compose.conflict',
      `service ${name} declares mutually exclusive \`network_mode\` and \`networks\`${suffix}`,
      'Keep one of the two.',
    );
  }
  const test = service.healthcheck?.test;
  if (test !== undefined && test.length > 0 && !['CMD', 'CMD-SHELL', 'NONE'].includes(test[0] ?? '')) {
    complain(
      [...path, 'healthcheck', 'test'],
      'compose.invalid-value',
      `service ${quote(name)}: healthcheck.test must start either by "CMD", "CMD-SHELL" or "NONE"${suffix}`,
      'Put "CMD" first to run the words as they are, or write the test as one string for the shell.',
    );
  }
  for (const [index, rule] of (service.develop?.watch ?? []).entries()) {
    if (
      rule.action === 'rebuild' ||
      rule.action === 'restart' ||
      (rule.target !== undefined && rule.target !== '')
    )
      continue;
    complain(
      [...path, 'develop', 'watch', index],
      'compose.missing-key',
      `services.${name}.develop.watch: target is required for non-rebuild actions${suffix}`,
      'Add "target: /path/in/container".',
    );
  }
}
