import { describe, expect, it } from 'vitest';
import { daemonFile, registrySettings } from '../../../../../src/runtime/native/images/pull/settings.ts';

const daemon = (content: unknown) => (path: string) =>
  path === daemonFile ? (typeof content === 'string' ? content : JSON.stringify(content)) : undefined;
const both = { 'registry-mirrors': ['https://one.example/'], 'insecure-registries': ['box:5000'] };

describe('the settings of registries', () => {
  it.each([
    ['are empty where nothing says otherwise', {}, () => undefined, { mirrors: [], insecure: [] }],
    ['are those of docker', {}, daemon(both), { mirrors: ['https://one.example'], insecure: ['box:5000'] }],
    [
      'come from the environment first',
      { FLOTILLA_REGISTRY_MIRRORS: 'http://a:5000, https://b', FLOTILLA_INSECURE_REGISTRIES: 'c' },
      daemon('not read at all'),
      { mirrors: ['http://a:5000', 'https://b'], insecure: ['c'] },
    ],
    [
      'can be none, although docker has some',
      { FLOTILLA_REGISTRY_MIRRORS: '' },
      daemon(both),
      { mirrors: [], insecure: ['box:5000'] },
    ],
    ['may be an empty file', {}, daemon(''), { mirrors: [], insecure: [] }],
  ])('%s', (_, environment, readFile, settings) => {
    expect(registrySettings(environment, readFile)).toEqual(settings);
  });

  it.each(['mirror.example', 'https://a/path', 'ftp://a', 'https://me:secret@a'])(
    'refuse the mirror %s',
    (mirror) => {
      expect(() => registrySettings({ FLOTILLA_REGISTRY_MIRRORS: mirror }, () => undefined)).toThrow(
        expect.objectContaining({ code: 'image.registry' }),
      );
    },
  );

  it('refuse a broken file of docker', () => {
    expect(() => registrySettings({}, daemon('{'))).toThrow(/daemon\.json is not JSON/);
  });
});
