import { describe, expect, it } from 'vitest';
import { renderProject } from '../../../src/compose/index.ts';
import { load, printed } from './support.ts';

const file = `
services:
  web: {image: x, env_file: [web.env, {path: missing.env, required: false}], label_file: labels, volumes: ["./data:/data"]}
  home: {image: x, env_file: ~/home.env}
`;

async function shown(files: Readonly<Record<string, string>>): Promise<string> {
  const { project, diagnostics } = await load(files, {
    configFiles: ['/project/app/compose.yaml'],
    skip: { pathResolution: true, normalization: true },
  });
  return project === undefined ? printed(diagnostics) : renderProject(project, { format: 'yaml' });
}

describe('a model with its paths as they are written', () => {
  it('reads the env and label files of the project, wherever it is loaded from', async () => {
    expect(
      await shown({
        'app/compose.yaml': file,
        'app/web.env': 'OF=app',
        'app/labels': 'of=app',
        'web.env': 'OF=elsewhere',
        labels: 'of=elsewhere',
        '/home/user/home.env': 'OF=home',
      }),
    ).toMatchInlineSnapshot(`
      "name: app
      services:
        home:
          environment:
            OF: home
          image: x
        web:
          environment:
            OF: app
          image: x
          labels:
            of: app
          volumes:
            - type: bind
              source: ./data
              target: /data
              bind:
                create_host_path: true
      "
    `);
  });

  it('names files that it does not find by where it looked', async () => {
    expect(
      await shown({ 'app/compose.yaml': file, 'web.env': '', labels: '', '/home/user/home.env': '' }),
    ).toMatchInlineSnapshot(`
      "error compose.unreadable-file at app/compose.yaml:3:30 services.web.env_file[0]
      env file app/web.env not found: no such file or directory
      1 |
      2 | services:
      3 |   web: {image: x, env_file: [web.env, {path: missing.env, required: false}], label_file: labels, volumes: ["./data:/data
        |                              ^^^^^^^
      4 |   home: {image: x, env_file: ~/home.env}
      hint: Create it, or write "required: false" when it may be missing.

      error compose.unreadable-file at app/compose.yaml:3:90 services.web.label_file[0]
      open app/labels: no such file or directory
      1 |
      2 | services:
      3 | eb: {image: x, env_file: [web.env, {path: missing.env, required: false}], label_file: labels, volumes: ["./data:/data"]}
        |                                                                                       ^^^^^^
      4 |   home: {image: x, env_file: ~/home.env}
      hint: Check the path of this label file.
      "
    `);
  });
});
