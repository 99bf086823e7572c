import { arch, platform } from 'node:os';
import { version } from '../../core/version.ts';
import type { EngineVersion } from '../driver.ts';

export function nativeVersion(): EngineVersion {
  return {
    product: 'Flotilla native engine',
    version,
    apiVersion: '1',
    os: platform(),
    arch: goArchitecture(),
  };
}

function goArchitecture(): string {
  return ({ x64: 'amd64', ia32: '386' } as Readonly<Record<string, string>>)[arch()] ?? arch();
}
