import { FlotillaError } from '../../../core/error.ts';
import { quote } from '../../../core/text.ts';
import type { ContainerSpec } from '../../spec.ts';

/** For what this engine cannot do at all, on any machine or on this one. `field` is where it stands in the Compose file. */
export function cannotHonour(field: string, reason: string, hint?: string): FlotillaError {
  return new FlotillaError('engine.capability', `the native engine cannot honour ${field}: ${reason}`, {
    hint: hint ?? `Remove ${field}, or run the project on Docker with \`--runtime docker\`.`,
  });
}

/** For values that no engine takes. */
export function refuse(field: string, reason: string, hint?: string): FlotillaError {
  return new FlotillaError('engine.request', `${field}: ${reason}`, hint === undefined ? {} : { hint });
}

/** A CDI device: `vendor.com/class=name`. */
const cdiDevice = /^[A-Za-z][A-Za-z0-9_.-]*\/[A-Za-z][A-Za-z0-9_-]*=[A-Za-z0-9][A-Za-z0-9_.:-]*$/;
const logDrivers = ['json-file', 'local', 'none'];
const runtimes = ['crun', 'runc'];

/** Throws `engine.capability` for the first thing in a spec that the native engine has not. */
export function refuseWhatIsMissing(spec: ContainerSpec): void {
  const field = (name: string): string => `services.${spec.service}.${name}`;
  if (spec.isolation !== undefined && !['', 'default'].includes(spec.isolation)) {
    throw cannotHonour(field('isolation'), `${quote(spec.isolation)} is a technology of Windows`);
  }
  if (Object.keys(spec.storageOptions).length > 0) {
    throw cannotHonour(field('storage_opt'), 'its file systems have no quotas');
  }
  if (spec.deviceRequests.length > 0) {
    throw cannotHonour(field('gpus'), 'it cannot hand out GPUs and other devices by driver');
  }
  const cdi = spec.devices.find(({ source }) => cdiDevice.test(source));
  if (cdi !== undefined) {
    throw cannotHonour(
      field('devices'),
      `${quote(cdi.source)} is a CDI name, which it does not read`,
      'Name the device by its path below /dev.',
    );
  }
  if (spec.runtime !== undefined && !runtimes.includes(spec.runtime)) {
    throw cannotHonour(
      field('runtime'),
      `it knows no runtime ${quote(spec.runtime)}`,
      `Use ${runtimes.join(' or ')}, or remove ${field('runtime')}.`,
    );
  }
  const driver = spec.logging?.driver;
  if (driver !== undefined && !['', ...logDrivers].includes(driver)) {
    throw cannotHonour(
      field('logging.driver'),
      `it has no log driver ${quote(driver)}`,
      `Use one of ${logDrivers.join(', ')}.`,
    );
  }
}
