import { quote } from '../../../core/text.ts';
import { type Rule, serviceRule } from '../subject.ts';

/** What lets a container out of its box. */
export const rightsRules: readonly Rule[] = [
  serviceRule(function* privileged({ name, privileged: all }, _, path) {
    if (all !== true) return;
    yield {
      code: 'lint.privileged',
      severity: 'warning',
      path: [...path, 'privileged'],
      message: `services.${name} is privileged: whoever takes it over has this machine`,
      hint: 'Give what it needs by cap_add, devices or security_opt instead.',
    };
  }),

  serviceRule(function* hostNamespace(service, _, path) {
    for (const key of ['pid', 'ipc', 'userns_mode'] as const) {
      if (service[key] !== 'host') continue;
      yield {
        code: 'lint.host-namespace',
        severity: 'warning',
        path: [...path, key],
        message: `services.${service.name} shares ${hostParts[key]} with this machine`,
        hint: `Remove "${key}: host", unless the service is there to look after the machine.`,
      };
    }
  }),

  serviceRule(function* dangerousCapability({ name, cap_add: added }, _, path) {
    for (const [index, capability] of (added ?? []).entries()) {
      const plain = capability.toUpperCase().replace(/^CAP_/, '');
      if (!dangerous.has(plain)) continue;
      yield {
        code: 'lint.dangerous-capability',
        severity: 'warning',
        path: [...path, 'cap_add', index],
        message: `services.${name}: capability ${quote(capability)} is nearly as much as privileged`,
        hint: 'Add the one capability that is needed, such as NET_ADMIN or SYS_PTRACE.',
      };
    }
  }),

  serviceRule(function* unconfined({ name, security_opt: options }, _, path) {
    for (const [index, option] of (options ?? []).entries()) {
      if (!/^(?:seccomp|apparmor|systempaths)[:=]unconfined$|^label[:=]disable$/.test(option)) continue;
      yield {
        code: 'lint.unconfined',
        severity: 'warning',
        path: [...path, 'security_opt', index],
        message: `services.${name}: ${quote(option)} switches a protection of the kernel off`,
        hint: 'Remove it, or name a profile that allows just what is missing.',
      };
    }
  }),
];

const hostParts = { pid: 'all processes', ipc: 'shared memory', userns_mode: 'user numbers' } as const;
const dangerous = new Set(['ALL', 'SYS_ADMIN', 'SYS_MODULE', 'SYS_RAWIO', 'DAC_READ_SEARCH']);
