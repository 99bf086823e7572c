import { quote } from '../../../core/text.ts';
import { nodeAt } from '../../explain/find.ts';
import { rawTextAt } from '../../explain/written.ts';
import type { Service } from '../../project.ts';
import { child, isText } from '../../tree/node.ts';
import { type Rule, serviceRule } from '../subject.ts';

/** Images, commands, and what happens at the start and the end of a container. */
export const startRules: readonly Rule[] = [
  serviceRule(function* latestTag({ name, image, build, pull_policy: policy }, { tree, trace }, path) {
    if (image === undefined || build !== undefined || policy === 'never') return;
    const node = nodeAt(tree, [...path, 'image']);
    const raw = (node === undefined ? undefined : rawTextAt(node.origin, trace)) ?? image;
    if (raw.includes('$') || image.includes('@') || image.startsWith('localhost/')) return;
    const tag = /:([^:/]+)$/.exec(image)?.[1];
    if (tag !== undefined && tag !== 'latest') return;
    yield {
      code: 'lint.latest-tag',
      severity: 'warning',
      path: [...path, 'image'],
      message: `services.${name}: ${quote(image)} ${tag === undefined ? 'has no tag' : 'is whatever is newest'}, so that another version may run tomorrow`,
      hint: `Name the version that you have tested: "${image.replace(/:latest$/, '')}:VERSION".`,
    };
  }),

  serviceRule(function* commandOperator(service, _, path) {
    if (isShell(service.entrypoint?.[0]) || isShell(service.command?.[0])) return;
    const index = service.command?.findIndex((word) => ['&&', '||', '|', ';'].includes(word)) ?? -1;
    const operator = service.command?.[index];
    if (operator === undefined) return;
    yield {
      code: 'lint.command-operator',
      severity: 'warning',
      path: [...path, 'command'],
      message: `services.${service.name}.command passes ${quote(operator)} to ${quote(service.command?.[0] ?? '')} as a plain word: no shell reads it`,
      hint: `Write it as a list with a shell: ["sh", "-c", "…"].`,
    };
  }),

  serviceRule(function* legacyLinks({ name, links }, _, path) {
    if (links === undefined || links.length === 0) return;
    yield {
      code: 'lint.legacy-links',
      severity: 'warning',
      path: [...path, 'links'],
      message: `services.${name} uses links, a legacy feature: services of one network find each other by name`,
      hint: 'Remove links; use depends_on for the order, and networks.*.aliases for other names.',
    };
  }),

  serviceRule(function* restartConflict({ name, restart, deploy }, _, path) {
    if (restart === undefined || deploy?.restart_policy === undefined) return;
    yield {
      code: 'lint.restart-conflict',
      severity: 'warning',
      path: [...path, 'restart'],
      message: `services.${name}: restart ${quote(restart)} is ignored, because deploy.restart_policy decides`,
      hint: 'Keep one of the two.',
    };
  }),

  serviceRule(function* zeroGracePeriod({ name, stop_grace_period: grace }, _, path) {
    if (grace !== 0) return;
    yield {
      code: 'lint.zero-grace-period',
      severity: 'warning',
      path: [...path, 'stop_grace_period'],
      message: `services.${name}: with a grace period of 0 the container is killed at once and cannot save its work`,
      hint: 'Leave it out (10s), or give the time that it needs to end.',
    };
  }),

  serviceRule(function* swarmOnly({ name, deploy }, { tree }, path) {
    if (deploy === undefined) return;
    const written = nodeAt(tree, [...path, 'deploy']);
    const ignored = ['placement', 'update_config', 'rollback_config', 'endpoint_mode', 'labels'].filter(
      (key) => {
        const node = child(written, key);
        return node !== undefined && !(node.kind === 'mapping' && node.entries.size === 0);
      },
    );
    const mode = child(written, 'mode');
    if (isText(mode) && mode.value.startsWith('global')) ignored.push('mode');
    for (const key of ignored) {
      yield {
        code: 'lint.swarm-only',
        severity: 'warning',
        path: [...path, 'deploy', key],
        message: `services.${name}.deploy.${key} has an effect on a Swarm only`,
        hint:
          key === 'labels'
            ? 'Labels for the containers belong to "labels" of the service.'
            : 'Remove it, unless the file is deployed to a Swarm too.',
      };
    }
  }),
];

function isShell(word: Service['name'] | string | undefined): boolean {
  return word !== undefined && /(?:^|\/)(?:(?:ba|da|z|k|a)?sh|fish|busybox|env|eval)$/.test(word);
}
