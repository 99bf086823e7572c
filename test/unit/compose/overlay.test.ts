import { describe, expect, it } from 'vitest';
import type { ServiceOverlay } from '../../../src/compose/index.ts';
import { formatPosition } from '../../../src/core/diagnostic.ts';
import type { ServiceName } from '../../../src/core/ids.ts';
import { load, printed } from './support.ts';

const yaml = `
services:
  web: {image: x, command: serve, ports: ['80:80'], environment: {A: file, B: file}, env_file: own.env}
`;

async function loaded(overlay: Partial<ServiceOverlay>) {
  const files = { 'compose.yaml': yaml, 'own.env': 'C=own\n', 'more.env': 'B=more\nC=more\n' };
  return load(files, {
    environment: { OUTSIDE: 'seen' },
    overlay: {
      service: 'web',
      path: 'command line',
      text: '{}',
      options: {},
      envFiles: [],
      environment: [],
      ...overlay,
    },
  });
}

describe('what the command line says about a service', () => {
  it('wins over the file, and is none of the project’s files', async () => {
    const { project, diagnostics } = await loaded({
      text: 'services: {web: {command: [other], ports: !reset [], user: "7"}}',
    });
    expect(printed(diagnostics)).toBe('');
    const web = project?.services.get('web' as ServiceName);
    expect(web).toMatchObject({ command: ['other'], user: '7' });
    expect(web?.ports).toBeUndefined();
    expect(project?.configFiles).toEqual(['/project/compose.yaml']);
  });

  it('has variables that win over all others', async () => {
    const { project } = await loaded({
      envFiles: ['more.env'],
      environment: ['A=$literal', 'OUTSIDE', 'NOWHERE'],
    });
    expect(Object.fromEntries(project?.services.get('web' as ServiceName)?.environment ?? [])).toEqual({
      A: '$literal',
      B: 'more',
      C: 'more',
      OUTSIDE: 'seen',
    });
  });

  it('is to blame for its own mistakes', async () => {
    const text = 'services: {web: {ports: !override ["99999:80"]}}';
    const { diagnostics } = await loaded({ text, options: { 1: '--publish' } });
    // No line and no frame: nobody has written that text.
    expect(diagnostics.map(({ at, frame }) => [formatPosition(at), frame])).toEqual([
      ['command line (--publish)', undefined],
    ]);
  });

  it('makes no service', async () => {
    const { project } = await loaded({ service: 'other', text: 'services: {other: {image: y}}' });
    expect([...(project?.services.keys() ?? [])]).toEqual(['web']);
  });
});
