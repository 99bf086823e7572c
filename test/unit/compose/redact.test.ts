import { describe, expect, it } from 'vitest';
import { modelRedaction, renderModel, renderProject, serviceHash } from '../../../src/compose/index.ts';
import { load } from './support.ts';

async function redacted(
  service: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { project, diagnostics } = await load(
    { 'compose.yaml': `services:\n  a: ${service}\n`, 'a.env': 'FILE_TOKEN=from-a-file\nLEVEL=info\n' },
    { environment },
  );
  if (project === undefined) throw new Error(JSON.stringify(diagnostics));
  const text = renderProject(project, {
    format: 'yaml',
    transform: await modelRedaction(project.environment),
  });
  return text.slice(text.indexOf('  a:\n') + 5, text.indexOf('networks:\n  default:\n'));
}

describe('a redacted model', () => {
  it('hides what the names of variables, build arguments and labels call secret, wherever they come from', async () => {
    expect(
      await redacted(
        `{build: {args: [NPM_TOKEN=t, V=1]}, env_file: a.env, environment: {DB_PASSWORD: p, apiKey: k, MONKEY: m, COMPASS: c, OAUTH: o, MY_AUTH: a, EMPTY_SECRET: "", PASSED_KEY: }, labels: {proxy.auth.users: u, role: web}, network_mode: none}`,
        { PASSED_KEY: 'k' },
      ),
    ).toMatchInlineSnapshot(`
      "    build:
            context: /project
            dockerfile: Dockerfile
            args:
              NPM_TOKEN: '***'
              V: "1"
          environment:
            COMPASS: c
            DB_PASSWORD: '***'
            EMPTY_SECRET: ""
            FILE_TOKEN: '***'
            LEVEL: info
            MONKEY: m
            MY_AUTH: '***'
            OAUTH: o
            PASSED_KEY: '***'
            apiKey: '***'
          labels:
            proxy.auth.users: '***'
            role: web
          network_mode: none"
    `);
  });

  it('hides passwords in URLs, headers and keys in any text', async () => {
    expect(
      await redacted(
        `{image: x, network_mode: none, environment: {DB: "postgres://u:p@h/d", GIT: "https://ghp_1@github.com/x", PEM: "-----BEGIN PRIVATE KEY-----\\nMII\\n-----END PRIVATE KEY-----\\nrest"}, command: ["curl", "-H", "Authorization: Bearer abc", "--password=p"]}`,
      ),
    ).toMatchInlineSnapshot(`
      "    command:
            - curl
            - -H
            - 'Authorization: ***'
            - --password=***
          environment:
            DB: postgres://u:***@h/d
            GIT: https://***@github.com/x
            PEM: |-
              ***
              rest
          image: x
          network_mode: none"
    `);
  });

  it('hides settings with secret names in configurations that are one text', async () => {
    expect(
      await redacted(
        `
    network_mode: none
    image: x
    environment:
      OMNIBUS: |
        external_url 'https://git.example.com'
        gitlab_rails['smtp_password'] = "hunter2"
        gitlab_rails['smtp_address'] = 'smtp.example.com'
        registry_token: 'it''s' # comment
        api_key = words with blanks
        :client_secret => 'abc',
        password_file = /run/secrets/x
        secret_name: $NAME
      JSON: '{"db": {"apiKey": "s3cret", "user": "u"}, "token": "t\\"x"}'
      XML: <user>u</user><dbPassword>abc</dbPassword>
      SERVER: Server=db;User Id=sa;Pwd=abc;Encrypt=false
      QUERY: https://x.example.com/?token=abc&page=2
      SCRIPT: auth://host basic_auth:off`,
        { NAME: 'n' },
      ),
    ).toMatchInlineSnapshot(`
      "    environment:
            JSON: '{"db": {"apiKey": ***, "user": "u"}, "token": ***}'
            OMNIBUS: |
              external_url 'https://git.example.com'
              gitlab_rails['smtp_password'] = ***
              gitlab_rails['smtp_address'] = 'smtp.example.com'
              registry_token: *** # comment
              api_key = ***
              :client_secret => ***,
              password_file = /run/secrets/x
              secret_name: n
            QUERY: https://x.example.com/?token=***&page=2
            SCRIPT: auth://host basic_auth:***
            SERVER: Server=db;User Id=sa;Pwd=***;Encrypt=false
            XML: <user>u</user><dbPassword>***</dbPassword>
          image: x
          network_mode: none"
    `);
  });

  it('finds the value of a secret variable where interpolation put it', async () => {
    expect(
      await redacted(
        `{image: "x:\${DB_PASSWORD}", network_mode: none, command: "login \${DB_PASSWORD} -n \${SHORT_KEY}", environment: {CONNECT: "pw=\${DB_PASSWORD};x"}}`,
        { DB_PASSWORD: 'hunter2', SHORT_KEY: 'abc' },
      ),
    ).toMatchInlineSnapshot(`
      "    command:
            - login
            - '***'
            - -n
            - abc
          environment:
            CONNECT: pw=***;x
          image: x:hunter2
          network_mode: none"
    `);
  });

  it('keeps references and the paths of files', async () => {
    const { plainModel } = await load(
      `services: {a: {image: x, environment: {A_KEY: $A_KEY, B_KEY: "\${B_KEY:-bbb}", C_KEY: "\${C_KEY:?set it}", D_TOKEN: "\${D_TOKEN?required}", PASSWORD_FILE: /run/secrets/p}}}\nsecrets: {s: {environment: TOKEN}, t: {file: ./t}}\nconfigs: {c: {content: hello}}`,
      { skip: { interpolation: true, normalization: true, pathResolution: true } },
    );
    const model = plainModel() ?? null;
    expect(renderModel((await modelRedaction(new Map()))(model), 'yaml')).toMatchInlineSnapshot(`
      "configs:
        c:
          content: '***'
      secrets:
        s:
          environment: TOKEN
        t:
          file: ./t
      services:
        a:
          environment:
            A_KEY: $A_KEY
            B_KEY: '***'
            C_KEY: \${C_KEY:?set it}
            D_TOKEN: \${D_TOKEN?required}
            PASSWORD_FILE: /run/secrets/p
          image: x
      "
    `);
  });

  it('hides what stands behind an option for a secret', async () => {
    expect(
      await redacted(
        `{image: x, network_mode: none, command: [serve, --password, hunter2, --password-stdin, yes, --token, --verbose], entrypoint: [env, API_KEY=k, run], healthcheck: {test: [CMD, ping, --auth, me]}}`,
      ),
    ).toMatchInlineSnapshot(`
      "    command:
            - serve
            - --password
            - '***'
            - --password-stdin
            - "yes"
            - --token
            - --verbose
          entrypoint:
            - env
            - API_KEY=***
            - run
          healthcheck:
            test:
              - CMD
              - ping
              - --auth
              - '***'
          image: x
          network_mode: none"
    `);
  });

  it('leaves names of other things, and labels that only pass by such a name', async () => {
    expect(
      await redacted(
        `{image: x, network_mode: none, extra_hosts: ["auth=10.0.0.1"], labels: {traefik.http.routers.auth.rule: "Host(1)"}}`,
      ),
    ).toMatchInlineSnapshot(`
      "    extra_hosts:
            - auth=10.0.0.1
          image: x
          labels:
            traefik.http.routers.auth.rule: Host(1)
          network_mode: none"
    `);
  });

  it('has no influence on hashes', async () => {
    const { project } = await load('services: {a: {image: x, environment: {PASSWORD: p}}}');
    const service = project?.services.values().next().value;
    if (project === undefined || service === undefined) throw new Error('no project');
    const before = serviceHash(service);
    renderProject(project, { format: 'json', transform: await modelRedaction(project.environment) });
    expect(serviceHash(service)).toBe(before);
  });
});
