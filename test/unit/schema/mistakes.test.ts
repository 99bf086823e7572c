import { expect, test } from 'vitest';
import { problemsIn } from './support.ts';

test('an unknown key of a service names the key that is nearest', () => {
  expect(
    problemsIn(`
      services:
        web:
          imagee: nginx`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web imagee (key)
      services.web additional properties 'imagee' not allowed
      hint: Did you mean \`image\`?"
  `);
});

test('a slip in the only key of a list entry is one, and no text with a space too many', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          post_start:
            - comand: "echo hi"`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web post_start 0 comand (key)
      services.web.post_start[0] additional properties 'comand' not allowed
      hint: Did you mean \`command\`?"
  `);
});

test('letter case is no obstacle to a suggestion', () => {
  expect(
    problemsIn(`
      services:
        web:
          Image: nginx`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web Image (key)
      services.web additional properties 'Image' not allowed
      hint: Did you mean \`image\`?"
  `);
});

test('two swapped letters are one slip', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          prots: ["80:80"]`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web prots (key)
      services.web additional properties 'prots' not allowed
      hint: Did you mean \`ports\`?"
  `);
});

test('an unknown key like nothing known gets no suggestion', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          frobnicate: true`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web frobnicate (key)
      services.web additional properties 'frobnicate' not allowed
      hint: Take it out, or look up its name; a key of your own begins with \`x-\`."
  `);
});

test('several unknown keys are several problems', () => {
  expect(
    problemsIn(`
      services:
        web:
          imagee: nginx
          comand: run`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web imagee (key)
      services.web additional properties 'imagee' not allowed
      hint: Did you mean \`image\`?
    compose.unknown-key at services web comand (key)
      services.web additional properties 'comand' not allowed
      hint: Did you mean \`command\`?"
  `);
});

test('an old name of an attribute leads to the new one', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          net: host
          log_driver: syslog`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web net (key)
      services.web additional properties 'net' not allowed
      hint: Use \`network_mode\`.
    compose.unknown-key at services web log_driver (key)
      services.web additional properties 'log_driver' not allowed
      hint: Use \`logging.driver\`."
  `);
});

test('a key of a nested mapping is sent there', () => {
  expect(
    problemsIn(`
      services:
        web:
          build: .
          dockerfile: Dockerfile.dev`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web dockerfile (key)
      services.web additional properties 'dockerfile' not allowed
      hint: \`dockerfile\` belongs below \`build\`."
  `);
});

test('a key two levels further in is sent there', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          limits: {cpus: "1"}`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web limits (key)
      services.web additional properties 'limits' not allowed
      hint: \`limits\` belongs below \`deploy.resources\`."
  `);
});

test('a key indented too deep is sent outwards', () => {
  expect(
    problemsIn(`
      services:
        web:
          build:
            context: .
            ports: ["80:80"]`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web build ports (key)
      services.web.build additional properties 'ports' not allowed
      hint: \`ports\` belongs to \`services.web\`; indent it less."
  `);
});

test('a top-level key in a service is sent to the margin', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          include: [other.yaml]`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web include (key)
      services.web additional properties 'include' not allowed
      hint: \`include\` is a top-level key; move it to the left margin."
  `);
});

test('a second `services` in a service is sent to the margin', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          services: {}`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web services (key)
      services.web additional properties 'services' not allowed
      hint: \`services\` is a top-level key; move it to the left margin."
  `);
});

test('a service attribute at the top level is sent to a service', () => {
  expect(
    problemsIn(`
      services:
        web:
          build: .
      image: nginx`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at image (key)
      additional properties 'image' not allowed
      hint: \`image\` belongs to a service; put it below \`services:\` and the name of the service."
  `);
});

test('services at the margin are to be wrapped', () => {
  expect(
    problemsIn(`
      web:
        image: nginx
      db:
        image: postgres`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at web (key)
      additional properties 'web', 'db' not allowed
      hint: Wrap them in \`services:\`."
  `);
});

test('a single service at the margin beside others is to be indented', () => {
  expect(
    problemsIn(`
      services:
        web: {image: nginx}
      db:
        image: postgres`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at db (key)
      additional properties 'db' not allowed
      hint: To make it a service, indent it below \`services:\`."
  `);
});

test('a misspelt top-level key gets a suggestion', () => {
  expect(
    problemsIn(`
      service:
        web: {image: nginx}`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at service (key)
      additional properties 'service' not allowed
      hint: Did you mean \`services\`?"
  `);
});

test('an unknown top-level key is refused', () => {
  expect(
    problemsIn(`
      services:
        web: {image: nginx}
      foo: 1`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at foo (key)
      additional properties 'foo' not allowed
      hint: Take it out, or look up its name; a key of your own begins with \`x-\`."
  `);
});

test('an extension key needs its dash', () => {
  expect(
    problemsIn(`
      services:
        web: {image: nginx}
      x_logging: {}`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at x_logging (key)
      additional properties 'x_logging' not allowed
      hint: Keys of your own start with \`x-\`."
  `);
});

test('a service with nothing below it', () => {
  expect(
    problemsIn(`
      services:
        web:`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web
      services.web must be a mapping
      hint: \`web:\` has nothing below it; give it at least an \`image\` or a \`build\`."
  `);
});

test('attributes that stand beside their service', () => {
  expect(
    problemsIn(`
      services:
        web:
        image: nginx
        ports: ["80:80"]`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web
      services.web must be a mapping
      hint: Indent \`image\`, \`ports\` one level deeper, below \`services.web\`."
  `);
});

test('a service that is only an image name', () => {
  expect(
    problemsIn(`
      services:
        web: nginx`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web
      services.web must be a mapping
      hint: Write \`image: nginx\` below \`web:\`."
  `);
});

test('a list of services', () => {
  expect(
    problemsIn(`
      services:
        - web: {image: nginx}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services
      services must be a mapping
      hint: Take the dashes away: \`web:\` and its like stand below \`services:\`."
  `);
});

test('`services` without any', () => {
  expect(
    problemsIn(`
      services:`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services
      services must be a mapping
      hint: \`services:\` has nothing below it; fill it in or remove the line."
  `);
});

test('top-level volumes indented as a service', () => {
  expect(
    problemsIn(`
      services:
        web: {image: nginx}
        volumes:
          data:`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services volumes (key)
      services.volumes additional properties 'data' not allowed
      hint: If the top-level \`volumes\` is meant, move it to the left margin."
  `);
});

test('a service name with a space', () => {
  expect(
    problemsIn(`
      services:
        my web: {image: nginx}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-value at services my web (key)
      services additional properties 'my web' not allowed
      hint: A name may hold letters, digits, \`.\`, \`_\` and \`-\`."
  `);
});

test('an empty document', () => {
  expect(problemsIn('')).toMatchInlineSnapshot(`
    "compose.invalid-type at the document
      top-level object must be a mapping
      hint: The file is empty; it needs \`services:\` with at least one service."
  `);
});

test('a document that is a list', () => {
  expect(
    problemsIn(`
      - web`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at the document
      top-level object must be a mapping
      hint: Write \`web:\` without the dash, and its settings below it."
  `);
});

test('one port without a list', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          ports: "80:80"`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web ports
      services.web.ports must be a list
      hint: Write a list: \`- "80:80"\`."
  `);
});

test('ports as a mapping', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          ports:
            8080: 80`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web ports
      services.web.ports must be a list
      hint: Write a list: \`- "8080:80"\`."
  `);
});

test('a long port without its dash', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          ports:
            target: 80
            published: 8080`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web ports
      services.web.ports must be a list
      hint: Write a list: put a dash before \`target\`."
  `);
});

test('a port with a space after the colon', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          ports:
            - 8080: 80`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web ports 0 8080 (key)
      services.web.ports[0] additional properties '8080' not allowed
      hint: Write it without the space: \`- "8080:80"\`."
  `);
});

test('a volume with a space after the colon', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          volumes:
            - ./src: /app`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web volumes 0 ./src (key)
      services.web.volumes[0] additional properties './src' not allowed
      hint: Write it without the space: \`- "./src:/app"\`."
  `);
});

test('environment lines that mix both forms', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          environment:
            - LOG_LEVEL: info
            - DEBUG: 1`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web environment 0
      services.web.environment[0] must be a string
      hint: Write \`- LOG_LEVEL=…\`, or \`LOG_LEVEL: …\` without the dash."
  `);
});

test('a nested variable', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          environment:
            OPTIONS: {a: 1}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web environment OPTIONS
      services.web.environment.OPTIONS must be a boolean, number or string
      hint: \`OPTIONS\` takes one value, not \`key: value\` lines."
  `);
});

test('environment as one text', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          environment: LOG_LEVEL=info`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web environment
      services.web.environment must be a list or mapping
      hint: Write \`- KEY=…\` or \`KEY: …\` below \`environment:\`."
  `);
});

test('one dependency and one network without a list', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          depends_on: db
          networks: front`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web depends_on
      services.web.depends_on must be a list or mapping
      hint: Write a list: \`- db\`.
    compose.invalid-type at services web networks
      services.web.networks must be a list or mapping
      hint: Write a list: \`- front\`."
  `);
});

test('an empty list key', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          ports:`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web ports
      services.web.ports must be a list
      hint: \`ports:\` has no value; fill it in or remove the line."
  `);
});

test('a list where one value is wanted', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: [nginx]`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web image
      services.web.image must be a string
      hint: \`image\` takes one value; remove the dash or the brackets."
  `);
});

test('a mapping where one value is wanted', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: {name: nginx}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web image
      services.web.image must be a string
      hint: \`image\` takes one value, not \`key: value\` lines."
  `);
});

test('a list where a mapping is wanted', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          healthcheck:
            - test: curl localhost`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web healthcheck
      services.web.healthcheck must be a mapping
      hint: Take the dashes away: \`test:\` and its like stand below \`healthcheck:\`."
  `);
});

test('a command in place of a health check', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          healthcheck: curl localhost`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web healthcheck
      services.web.healthcheck must be a mapping
      hint: Write it as \`test: …\` below \`healthcheck:\`."
  `);
});

test('a number where text is wanted', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          container_name: 5
          user: 1000`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web container_name
      services.web.container_name must be a string
      hint: Quote it: \`"5"\`.
    compose.invalid-type at services web user
      services.web.user must be a string
      hint: Quote it: \`"1000"\`."
  `);
});

test('a number among words', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          command: [sleep, 5]`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web command 1
      services.web.command[1] must be a string
      hint: Quote it: \`"5"\`."
  `);
});

test('an unquoted `restart: no` that became false', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          restart: false`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web restart
      services.web.restart must be a string
      hint: Quote it: \`"no"\`."
  `);
});

test('a duration without unit', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          stop_grace_period: 10
          healthcheck: {test: x, interval: 5}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web stop_grace_period
      services.web.stop_grace_period must be a string
      hint: Give it a unit: \`10s\`.
    compose.invalid-type at services web healthcheck interval
      services.web.healthcheck.interval must be a string
      hint: Give it a unit: \`5s\`."
  `);
});

test('a version as number', () => {
  expect(
    problemsIn(`
      version: 3.8
      services:
        web: {image: nginx}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at version
      version must be a string
      hint: Remove the line; \`version\` has no meaning any more."
  `);
});

test('a number where yes or no is wanted', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          tty: 1
          use_api_socket: "true"`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web tty
      services.web.tty must be a boolean or string
      hint: Write \`true\` or \`false\`.
    compose.invalid-type at services web use_api_socket
      services.web.use_api_socket must be a boolean
      hint: Write \`true\` or \`false\` without quotes."
  `);
});

test('text where a number is wanted', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          networks:
            default: {priority: "5"}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web networks default priority
      services.web.networks.default.priority must be a number
      hint: Write a number without quotes."
  `);
});

test('a fraction where a whole number is wanted', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          scale: 1.5`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web scale
      services.web.scale must be an integer or string
      hint: Write a whole number."
  `);
});

test('a number out of range', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          cpu_percent: 200
          oom_score_adj: -2000`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-value at services web cpu_percent
      services.web.cpu_percent must be less than or equal to 100
      hint: Write a number from 0 to 100.
    compose.invalid-value at services web oom_score_adj
      services.web.oom_score_adj must be greater than or equal to -1000
      hint: Write a number from -1000 to 1000."
  `);
});

test('a condition that does not exist', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          depends_on:
            db: {condition: healthy}
        db: {image: postgres}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-value at services web depends_on db condition
      services.web.depends_on.db.condition value must be one of 'service_started', 'service_healthy', 'service_completed_successfully'
      hint: Did you mean \`service_healthy\`?"
  `);
});

test('a dependency without condition', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          depends_on:
            db:
            redis: {}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at services web depends_on db
      services.web.depends_on.db must be a mapping
      hint: Write \`condition: service_started\` below \`db:\`, or give a list of names in place of the mapping.
    compose.missing-key at services web depends_on redis
      services.web.depends_on.redis missing property 'condition'
      hint: Write \`condition: service_started\` or \`service_healthy\`."
  `);
});

test('a misspelt required key is not also missing', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          depends_on:
            db: {conditon: service_healthy}`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web depends_on db conditon (key)
      services.web.depends_on.db additional properties 'conditon' not allowed
      hint: Did you mean \`condition\`?"
  `);
});

test('missing keys are named together', () => {
  expect(
    problemsIn(`
      services:
        web:
          build: .
          develop:
            watch:
              - target: /app`),
  ).toMatchInlineSnapshot(`
    "compose.missing-key at services web develop watch 0
      services.web.develop.watch[0] missing properties 'path', 'action'
      hint: Add \`path:\` and \`action:\` to it."
  `);
});

test('a watch action that does not exist', () => {
  expect(
    problemsIn(`
      services:
        web:
          build: .
          develop:
            watch:
              - {path: ., action: sync+restrat}`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-value at services web develop watch 0 action
      services.web.develop.watch[0].action value must be one of 'rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'
      hint: Did you mean \`sync+restart\`?"
  `);
});

test('a pull policy that does not exist', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          pull_policy: allways`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-value at services web pull_policy
      services.web.pull_policy 'allways' does not match pattern 'always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+'
      hint: Did you mean \`always\`?"
  `);
});

test('gpus other than all', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          gpus: some`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-value at services web gpus
      services.web.gpus value must be 'all'
      hint: Write \`all\`."
  `);
});

test('a volume of no kind', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          volumes:
            - {source: ./a, target: /a}
            - {type: dir, source: ./a, target: /a}`),
  ).toMatchInlineSnapshot(`
    "compose.missing-key at services web volumes 0
      services.web.volumes[0] missing property 'type'
      hint: Write \`type: bind\` for a path of the host, \`type: volume\` for a volume.
    compose.invalid-value at services web volumes 1 type
      services.web.volumes[1].type value must be one of 'bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'
      hint: Write \`bind\`, \`volume\`, \`tmpfs\`, \`cluster\`, \`npipe\` or \`image\`."
  `);
});

test('a limit with only one side', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          ulimits:
            nofile: {soft: 1024}`),
  ).toMatchInlineSnapshot(`
    "compose.missing-key at services web ulimits nofile
      services.web.ulimits.nofile missing property 'hard'
      hint: Add \`hard:\` to it."
  `);
});

test('the same group twice', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          group_add: [mail, adm, mail]`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-value at services web group_add 2
      services.web.group_add items at 0 and 2 are equal
      hint: Remove one of them."
  `);
});

test('network settings in the wrong place', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
      networks:
        front:
          subnet: 10.0.0.0/24`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at networks front subnet (key)
      networks.front additional properties 'subnet' not allowed
      hint: \`subnet\` belongs below \`ipam.config\`."
  `);
});

test('a top-level volume that is a path', () => {
  expect(
    problemsIn(`
      services:
        web: {image: nginx}
      volumes:
        data: ./data`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at volumes data
      volumes.data must be a mapping
      hint: Leave \`data:\` empty; a path of the host goes into the \`volumes\` of a service."
  `);
});

test('a list of top-level volumes', () => {
  expect(
    problemsIn(`
      services:
        web: {image: nginx}
      volumes:
        - data`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at volumes
      volumes must be a mapping
      hint: Write \`data:\` without the dash, and its settings below it."
  `);
});

test('a secret with a content', () => {
  expect(
    problemsIn(`
      services:
        web: {image: nginx}
      secrets:
        token: {content: abc}`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at secrets token content (key)
      secrets.token additional properties 'content' not allowed
      hint: Use \`file\` or \`environment\`."
  `);
});

test('a model without a model', () => {
  expect(
    problemsIn(`
      services:
        web: {image: nginx}
      models:
        llm: {name: x}`),
  ).toMatchInlineSnapshot(`
    "compose.missing-key at models llm
      models.llm missing property 'model'
      hint: Add \`model:\` to it."
  `);
});

test('a healthcheck with a command', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          healthcheck:
            command: curl localhost`),
  ).toMatchInlineSnapshot(`
    "compose.unknown-key at services web healthcheck command (key)
      services.web.healthcheck additional properties 'command' not allowed
      hint: Use \`test\`."
  `);
});

test('an empty variable name', () => {
  expect(
    problemsIn(`
      services:
        web:
          image: nginx
          environment:
            "": x`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-value at services web environment  (key)
      services.web.environment additional properties '' not allowed
      hint: A name cannot be empty."
  `);
});

test('problems come in the order of the document', () => {
  expect(
    problemsIn(`
      volumes:
        data: 5
      services:
        web:
          ports: 80
          imagee: nginx
          build: {contxt: .}
        api:
          scale: []
      name: 7`),
  ).toMatchInlineSnapshot(`
    "compose.invalid-type at volumes data
      volumes.data must be a mapping
      hint: Leave \`data:\` empty; a path of the host goes into the \`volumes\` of a service.
    compose.invalid-type at services web ports
      services.web.ports must be a list
      hint: Write a list: \`- "80"\`.
    compose.unknown-key at services web imagee (key)
      services.web additional properties 'imagee' not allowed
      hint: Did you mean \`image\`?
    compose.unknown-key at services web build contxt (key)
      services.web.build additional properties 'contxt' not allowed
      hint: Did you mean \`context\`?
    compose.invalid-type at services api scale
      services.api.scale must be an integer or string
      hint: \`scale\` takes one value; remove the dash or the brackets.
    compose.invalid-type at name
      name must be a string
      hint: Quote it: \`"7"\`."
  `);
});
