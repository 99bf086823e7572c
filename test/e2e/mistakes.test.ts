import { describe, expect, it } from 'vitest';
import { onlyOnDocker, useEngine } from '../support/engine.ts';
import type { ProjectFiles, TestProject } from '../support/project.ts';

const engine = useEngine();

interface Mistake {
  readonly files: ProjectFiles;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** What both tools exit with, and what Flotilla says. */
async function judge({ files, args = ['config', '-q'], env = {} }: Mistake): Promise<string> {
  const project = await engine.project(files, { images: [] });
  const options = { env };
  const ours = await project.flotilla(args, options);
  await project.composeToo(args, (theirs) => expect(theirs.exitCode).toBe(ours.exitCode), options);
  return tidy(`exit ${ours.exitCode}\n${ours.stdout}${ours.stderr}`, project);
}

function tidy(text: string, { folder, name }: TestProject): string {
  return text.replaceAll(folder, '<folder>').replaceAll(name, '<project>').trimEnd();
}

const web = { 'compose.yaml': 'services:\n  web:\n    image: x\n' };

onlyOnDocker('what is said before any engine is asked', () => {
  describe('mistakes in files', () => {
    it('an unclosed quote', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: "busybox
    command: x
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:3:12: error: A double quote is opened and never closed. [compose.yaml-syntax]
      1 | services:
      2 |   web:
      3 |     image: "busybox
        |            ^
      4 |     command: x
      hint: Close it with another " at the end of the value."
    `);
    });

    it('a key that is not lined up', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: busybox
   command: x
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:4: error: This line is indented by 3 spaces, and no line that it could belong to is. [compose.yaml-syntax]
      2 |   web:
      3 |     image: busybox
      4 |    command: x
        |    ^^^^^^^^^^
      hint: Indent it by 4 spaces to stand beside "image", or by 2 beside "web"."
    `);
    });

    it('tabs', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
	web:
		image: busybox
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:2:1: error: YAML does not allow tabs for indentation. [compose.yaml-syntax]
      1 | services:
      2 | 	web:
        | ^
      3 | 		image: busybox
      hint: Indent with spaces, two per level; this line is indented with a tab."
    `);
    });

    it('a key twice', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: busybox
    image: other
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:5: error: mapping key "image" already defined at line 3 [compose.duplicate-key]
      2 |   web:
      3 |     image: busybox
      4 |     image: other
        |     ^^^^^
      hint: Keep one of the two, or merge their values."
    `);
    });

    it('a misspelt key of a service', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: busybox
    comand: x
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:5: error: services.web additional properties 'comand' not allowed [compose.unknown-key]
      2 |   web:
      3 |     image: busybox
      4 |     comand: x
        |     ^^^^^^
      hint: Did you mean \`command\`?"
    `);
    });

    it('a misspelt key of the file', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `service:
  web:
    image: busybox
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:1:1: error: additional properties 'service' not allowed [compose.unknown-key]
      1 | service:
        | ^^^^^^^
      2 |   web:
      hint: Did you mean \`services\`?"
    `);
    });

    it('a word where yes or no belongs', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: busybox
    ports: "80"
    privileged: maybe
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:12: error: services.web.ports must be a list [compose.invalid-type]
      2 |   web:
      3 |     image: busybox
      4 |     ports: "80"
        |            ^^^^
      5 |     privileged: maybe
      hint: Write a list: \`- "80"\`.
      compose.yaml:5:17: error: services.web.privileged must be "true" or "false", and is "maybe" [compose.invalid-type]
      3 |     image: busybox
      4 |     ports: "80"
      5 |     privileged: maybe
        |                 ^^^^^
      hint: Write "true" or "false"."
    `);
    });

    it('services as a list', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  - web
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:2:3: error: services must be a mapping [compose.invalid-type]
      1 | services:
      2 |   - web
        |   ^^^^^
      hint: Write \`web:\` without the dash, and its settings below it."
    `);
    });

    it('a service without content', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:2:7: error: services.web must be a mapping [compose.invalid-type]
      1 | services:
      2 |   web:
        |       ^
      hint: \`web:\` has nothing below it; give it at least an \`image\` or a \`build\`."
    `);
    });

    it('a service without an image', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    command: x
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:3:5: error: service "web" has neither an image nor a build context specified: invalid compose project [compose.missing-key]
      1 | services:
      2 |   web:
      3 |     command: x
        |     ^^^^^^^^^^
      hint: Add "image: …" or "build: …"."
    `);
    });

    it('a required variable that is not set', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: \${IMAGE:?give the image}
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:3:12: error: required variable IMAGE is missing a value: give the image [compose.required-variable]
      1 | services:
      2 |   web:
      3 |     image: \${IMAGE:?give the image}
        |            ^^^^^^^^^^^^^^^^^^^^^^^^
      hint: Set IMAGE in the environment or in the .env file."
    `);
    });

    it('a required variable without a message', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: \${IMAGE:?}
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:3:12: error: required variable IMAGE is missing a value [compose.required-variable]
      1 | services:
      2 |   web:
      3 |     image: \${IMAGE:?}
        |            ^^^^^^^^^^
      hint: Set IMAGE in the environment or in the .env file."
    `);
    });

    it('a variable that is not closed', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: \${IMAGE
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:3:12: error: invalid interpolation format for services.web.image: "\${IMAGE" [compose.invalid-interpolation]
      1 | services:
      2 |   web:
      3 |     image: \${IMAGE
        |            ^^^^^^^
      hint: The "}" that closes \${IMAGE is missing. You may need to escape any $ with another $: write "$$" for a literal dollar sign."
    `);
    });

    it('a variable that is not set', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: busybox\${TAG}
`,
          },
          args: ['config', '-q'],
        }),
      ).toMatchInlineSnapshot(`
      "exit 0
      compose.yaml:3:19: warning: The "TAG" variable is not set. Defaulting to a blank string. [compose.unset-variable]
      1 | services:
      2 |   web:
      3 |     image: busybox\${TAG}
        |                   ^^^^^^
      hint: Set TAG, give it a default as in "\${TAG:-value}", or write "$$TAG" for a literal dollar sign."
    `);
    });

    it('a Compose file that is not there', async () => {
      expect(
        await judge({ files: { 'compose.yaml': '' }, args: ['-f', 'nope.yaml', 'config'] }),
      ).toMatchInlineSnapshot(`
      "exit 1
      error: open nope.yaml: no such file or directory [compose.no-file]
      hint: Check the path of this compose file."
    `);
    });

    it('an env_file that is not there', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: busybox
    env_file: nope.env
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:15: error: env file nope.env not found: no such file or directory [compose.unreadable-file]
      2 |   web:
      3 |     image: busybox
      4 |     env_file: nope.env
        |               ^^^^^^^^
      hint: Create it, or write "required: false" when it may be missing."
    `);
    });

    it('an env_file with nonsense', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: busybox
    env_file: x.env
`,
            'x.env': `A=1
%%%=2
B="unclosed
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      x.env:2:1: error: unexpected character "%" in variable name "%%%=2" [compose.env-file-syntax]
      1 | A=1
      2 | %%%=2
        | ^
      3 | B="unclosed
      hint: Each line is KEY=value; a comment starts with "#".
      x.env:3:3: error: unterminated quoted value "unclosed [compose.env-file-syntax]
      1 | A=1
      2 | %%%=2
      3 | B="unclosed
        |   ^
      hint: Close the quote."
    `);
    });

    it('an extended file that is not there', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    extends: {file: nope.yaml, service: base}
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:3:21: error: open nope.yaml: no such file or directory [compose.unreadable-file]
      1 | services:
      2 |   web:
      3 |     extends: {file: nope.yaml, service: base}
        |                     ^^^^^^^^^
      hint: The path is relative to the project directory, in an extended file to that file."
    `);
    });

    it('an extended service that is not there', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    extends: {file: base.yaml, service: bse}
`,
            'base.yaml': `services:
  base:
    image: busybox
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:3:41: error: cannot extend service "web" in compose.yaml: service "bse" not found in base.yaml [compose.extends]
      1 | services:
      2 |   web:
      3 |     extends: {file: base.yaml, service: bse}
        |                                         ^^^
      hint: Did you mean "base"?"
    `);
    });

    it('services that extend each other', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  a:
    extends: b
  b:
    extends: a
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:3:14: error: Circular reference: a in compose.yaml, extends b in compose.yaml, extends a in compose.yaml [compose.extends]
      1 | services:
      2 |   a:
      3 |     extends: b
        |              ^
      4 |   b:
      hint: Take the shared settings out into a service that extends nothing."
    `);
    });

    it('an included file that is not there', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `include: [nope.yaml]
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:1:11: error: open nope.yaml: no such file or directory [compose.unreadable-file]
      1 | include: [nope.yaml]
        |           ^^^^^^^^^
      hint: The path is relative to the project directory of the including file."
    `);
    });

    it('a dependency cycle', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  a:
    image: x
    depends_on: [b]
  b:
    image: x
    depends_on: [c]
  c:
    image: x
    depends_on: [a]
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:18: error: dependency cycle detected: a -> b -> c -> a [compose.dependency-cycle]
      2 |   a:
      3 |     image: x
      4 |     depends_on: [b]
        |                  ^
      5 |   b:
      hint: Remove one of these dependencies; a service cannot wait for itself."
    `);
    });

    it('a service that depends on itself', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  a:
    image: x
    depends_on: [a]
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:18: error: dependency cycle detected: a -> a [compose.dependency-cycle]
      2 |   a:
      3 |     image: x
      4 |     depends_on: [a]
        |                  ^
      hint: Remove one of these dependencies; a service cannot wait for itself."
    `);
    });

    it('a dependency that is not there', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: x
    depends_on: [bd]
  db:
    image: x
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:18: error: service "web" depends on undefined service "bd": invalid compose project [compose.undefined-service]
      2 |   web:
      3 |     image: x
      4 |     depends_on: [bd]
        |                  ^^
      5 |   db:
      hint: Did you mean "db"? Add the service, or remove the dependency."
    `);
    });

    it('a network that is not declared', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: x
    networks: [bck]
networks:
  back:
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:16: error: service "web" refers to undefined network bck: invalid compose project [compose.undefined-resource]
      2 |   web:
      3 |     image: x
      4 |     networks: [bck]
        |                ^^^
      5 | networks:
      hint: Did you mean "back"? Else declare it at the left margin:
      networks:
        bck:"
    `);
    });

    it('a volume that is not declared', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: x
    volumes: ["dta:/data"]
volumes:
  data:
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:15: error: service "web" refers to undefined volume dta: invalid compose project [compose.undefined-resource]
      2 |   web:
      3 |     image: x
      4 |     volumes: ["dta:/data"]
        |               ^^^^^^^^^^^
      5 | volumes:
      hint: Did you mean "data"? Else declare it at the left margin:
      volumes:
        dta:"
    `);
    });

    it('an empty file', async () => {
      expect(await judge({ files: { 'compose.yaml': '' } })).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:1:1: error: empty compose file: compose.yaml [compose.missing-key]
      1 |
        | ^
      hint: Add at least "services:" with one service."
    `);
    });

    it('a file of comments', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `# nothing
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:1:1: error: empty compose file: compose.yaml [compose.missing-key]
      1 | # nothing
        | ^
      hint: Add at least "services:" with one service."
    `);
    });

    it('a folder as Compose file', async () => {
      expect(await judge({ files: { 'sub/x': '' }, args: ['-f', 'sub', 'config'] })).toMatchInlineSnapshot(`
      "exit 1
      error: open sub: is a directory [compose.unreadable-file]
      hint: Name the compose file itself, not its folder."
    `);
    });

    it('bytes that are no text', async () => {
      expect(
        await judge({ files: { 'compose.yaml': '\u0000\u0001\u0002\u007f\n\u0000' } }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:1:1: error: control characters are not allowed: U+0000 [compose.yaml-syntax]
      1 | \\u0000\\u0001\\u0002\\u007f
        | ^^^^^^
      2 | \\u0000
      hint: This is no text file, or it is UTF-16 without a mark at its beginning: save it as UTF-8."
    `);
    });

    it('a word as a file', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `hello
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:1:1: error: top-level object must be a mapping [compose.invalid-type]
      1 | hello
        | ^^^^^
      hint: A Compose file starts with keys such as "services:"."
    `);
    });

    it('ports that cannot be', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: x
    ports: ["99999:80", "a:b"]
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:13: error: services.web.ports[0]: invalid port "99999:80": "99999" is not a host port or range [compose.invalid-value]
      2 |   web:
      3 |     image: x
      4 |     ports: ["99999:80", "a:b"]
        |             ^^^^^^^^^^
      hint: Write "8080:80", "127.0.0.1:8080:80" or "8000-8005:8000-8005/udp".
      compose.yaml:4:25: error: services.web.ports[1]: invalid port "a:b": "b" is not a container port or range [compose.invalid-value]
      2 |   web:
      3 |     image: x
      4 |     ports: ["99999:80", "a:b"]
        |                         ^^^^^
      hint: Write "8080:80", "127.0.0.1:8080:80" or "8000-8005:8000-8005/udp"."
    `);
    });

    it('a duration without a unit', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: x
    stop_grace_period: soon
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:24: error: services.web.stop_grace_period: invalid duration "soon" [compose.invalid-value]
      2 |   web:
      3 |     image: x
      4 |     stop_grace_period: soon
        |                        ^^^^
      hint: Write a number with a unit, such as 10s or 1m30s."
    `);
    });

    it('a size that is none', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  web:
    image: x
    mem_limit: lots
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:16: error: services.web.mem_limit: invalid size: "lots" [compose.invalid-value]
      2 |   web:
      3 |     image: x
      4 |     mem_limit: lots
        |                ^^^^
      hint: Write a number with a unit, such as 512m or 2g."
    `);
    });

    it('a dependency that its profile leaves out', async () => {
      expect(
        await judge({
          files: {
            'compose.yaml': `services:
  a:
    image: x
    depends_on: [b]
  b:
    image: x
    profiles: [dbg]
`,
          },
        }),
      ).toMatchInlineSnapshot(`
      "exit 1
      compose.yaml:4:18: error: service "a" depends on undefined service "b": invalid compose project [compose.undefined-service]
      2 |   a:
      3 |     image: x
      4 |     depends_on: [b]
        |                  ^
      5 |   b:
      hint: "b" is left out by its profiles (dbg): enable one with --profile, or write "required: false"."
    `);
    });
  });
});

describe('mistakes on the command line', () => {
  it('an --env-file that is not there', async () => {
    expect(
      await judge({
        files: {
          'compose.yaml': `services:
  web:
    image: busybox
`,
        },
        args: ['--env-file', 'nope.env', 'config'],
      }),
    ).toMatchInlineSnapshot(`
      "exit 1
      error: env file nope.env not found: no such file or directory [compose.unreadable-file]
      hint: Check the path of this env file."
    `);
  });

  it('an unknown service for up', async () => {
    expect(await judge({ files: web, args: ['up', '-d', 'wbe'] })).toMatchInlineSnapshot(`
      "exit 1
      error: no such service: wbe [compose.no-service]
      hint: Did you mean "web"? The services are "web"."
    `);
  });

  it('an unknown service for exec', async () => {
    expect(await judge({ files: web, args: ['exec', 'wbe', 'ls'] })).toMatchInlineSnapshot(`
      "exit 1
      error: no such service: wbe [compose.no-service]
      hint: Did you mean "web"? The services are "web"."
    `);
  });

  it('a service that does not run for exec', async () => {
    expect(await judge({ files: web, args: ['exec', 'web', 'ls'] })).toMatchInlineSnapshot(`
      "exit 1
      error: service "web" is not running [run.container-missing]
      hint: Start it with \`flotilla up -d web\`, or see what runs with \`flotilla ps\`."
    `);
  });

  it('exec without a command', async () => {
    expect(await judge({ files: web, args: ['exec', 'web'] })).toMatchInlineSnapshot(`
      "exit 1
      error: "flotilla exec" requires at least 2 arguments
      hint: usage: flotilla exec [OPTIONS] SERVICE COMMAND [ARG...]"
    `);
  });

  it('an unknown service for --scale', async () => {
    expect(await judge({ files: web, args: ['up', '-d', '--scale', 'wbe=2'] })).toMatchInlineSnapshot(`
      "exit 1
      error: no such service: wbe [compose.no-service]
      hint: Did you mean "web"? The services are "web"."
    `);
  });

  it('no Compose file', async () => {
    expect(await judge({ files: {}, args: ['up', '-d'] })).toMatchInlineSnapshot(`
      "exit 1
      error: no configuration file provided: not found [compose.no-file]
      hint: No compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml in "<folder>" or above it. Name the file with -f, or create compose.yaml."
    `);
  });

  it('ps by name alone', async () => {
    expect(
      await judge({ files: {}, args: ['-p', 'nothing', 'ps'], env: { COMPOSE_PROJECT_NAME: undefined } }),
    ).toMatchInlineSnapshot(`
      "exit 0
      NAME      IMAGE     COMMAND   SERVICE   CREATED   STATUS    PORTS"
    `);
  });

  it('down by name alone', async () => {
    expect(
      await judge({ files: {}, args: ['-p', 'nothing', 'down'], env: { COMPOSE_PROJECT_NAME: undefined } }),
    ).toMatchInlineSnapshot(`
      "exit 0
      warning: No resource found to remove for project "nothing". [run.nothing-to-remove]"
    `);
  });

  it('up by name alone', async () => {
    expect(
      await judge({
        files: {},
        args: ['-p', 'nothing', 'up', '-d'],
        env: { COMPOSE_PROJECT_NAME: undefined },
      }),
    ).toMatchInlineSnapshot(`
      "exit 1
      error: no configuration file provided: not found [compose.no-file]
      hint: No compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml in "<folder>" or above it. Name the file with -f, or create compose.yaml."
    `);
  });

  it('a misspelt flag', async () => {
    expect(await judge({ files: web, args: ['up', '--detatch'] })).toMatchInlineSnapshot(`
      "exit 1
      error: unknown flag: --detatch
      hint: did you mean "--detach"?"
    `);
  });

  it('an unknown short flag', async () => {
    expect(await judge({ files: web, args: ['up', '-Z'] })).toMatchInlineSnapshot(`
      "exit 1
      error: unknown shorthand flag: 'Z' in -Z
      hint: "flotilla up --help" lists the flags"
    `);
  });

  it('a flag without its value', async () => {
    expect(await judge({ files: web, args: ['up', '--timeout'] })).toMatchInlineSnapshot(`
      "exit 1
      error: flag needs an argument: --timeout
      hint: "flotilla up --help" lists the flags"
    `);
  });

  it('a flag with a word for a number', async () => {
    expect(await judge({ files: web, args: ['up', '--timeout', 'soon'] })).toMatchInlineSnapshot(`
      "exit 1
      error: invalid value "soon" for --timeout: it is a whole number"
    `);
  });

  it('a misspelt command', async () => {
    expect(await judge({ files: {}, args: ['upp'] })).toMatchInlineSnapshot(`
      "exit 1
      error: unknown command "upp"
      hint: did you mean "flotilla up"?"
    `);
  });

  it('flags that contradict each other', async () => {
    expect(
      await judge({ files: web, args: ['up', '-d', '--abort-on-container-exit'] }),
    ).toMatchInlineSnapshot(`
      "exit 1
      error: --detach cannot be combined with --abort-on-container-exit"
    `);
  });

  it('--force-recreate with --no-recreate', async () => {
    expect(
      await judge({ files: web, args: ['up', '--no-recreate', '--force-recreate'] }),
    ).toMatchInlineSnapshot(`
      "exit 1
      error: --no-recreate cannot be combined with --force-recreate, --always-recreate-deps or --renew-anon-volumes"
    `);
  });

  it('--scale without a number', async () => {
    expect(await judge({ files: web, args: ['up', '-d', '--scale', 'web'] })).toMatchInlineSnapshot(`
      "exit 1
      error: invalid --scale option "web". Should be SERVICE=NUM"
    `);
  });

  it('an unknown pull policy', async () => {
    expect(await judge({ files: web, args: ['up', '-d', '--pull', 'sometimes'] })).toMatchInlineSnapshot(`
      "exit 1
      error: invalid value "sometimes" for --pull: it is always, missing, if_not_present, never, build or policy"
    `);
  });

  it('an unknown choice of --rmi', async () => {
    expect(await judge({ files: web, args: ['down', '--rmi', 'some'] })).toMatchInlineSnapshot(`
      "exit 1
      error: invalid value "some" for --rmi: it is local or all"
    `);
  });

  it('an unknown service for --exit-code-from', async () => {
    expect(await judge({ files: web, args: ['up', '--exit-code-from', 'nope'] })).toMatchInlineSnapshot(`
      "exit 1
      error: no such service: nope [compose.no-service]
      hint: The services are "web"."
    `);
  });

  it('an unknown service for --attach', async () => {
    expect(await judge({ files: web, args: ['up', '--attach', 'nope'] })).toMatchInlineSnapshot(`
      "exit 1
      error: no such service: nope [compose.no-service]
      hint: The services are "web"."
    `);
  });

  it('an unknown filter', async () => {
    expect(await judge({ files: web, args: ['ps', '--filter', 'x=y'] })).toMatchInlineSnapshot(`
      "exit 1
      error: unsupported filter "x=y"
      hint: The filter is \`status=STATE\`, e.g. \`--filter status=running\`."
    `);
  });

  it('a broken template', async () => {
    expect(await judge({ files: web, args: ['ps', '--format', '{{.Nope'] })).toMatchInlineSnapshot(`
      "exit 1
      error: cannot use this --format: "{{.Nope" has no "}}""
    `);
  });

  it('an unknown format', async () => {
    expect(await judge({ files: web, args: ['config', '--format', 'toml'] })).toMatchInlineSnapshot(`
      "exit 1
      error: unsupported format "toml"
      hint: --format is yaml or json."
    `);
  });

  it('an output file in no folder', async () => {
    expect(await judge({ files: web, args: ['config', '-o', 'no/such/dir.yaml'] })).toMatchInlineSnapshot(`
      "exit 1
      error: cannot write "<folder>/no/such/dir.yaml": no such file or directory [cli.output]
      hint: Create the folder "<folder>/no/such" first, or name another file."
    `);
  });

  it('no services', async () => {
    expect(
      await judge({
        files: {
          'compose.yaml': `services: {}
`,
        },
        args: ['up', '-d'],
      }),
    ).toMatchInlineSnapshot(`
      "exit 1
      error: no service selected [compose.no-service]
      hint: The Compose file has no services; add one under \`services:\`."
    `);
  });

  it('a project name that cannot be', async () => {
    expect(
      await judge({
        files: web,
        args: ['-p', 'My Proj', 'config'],
        env: { COMPOSE_PROJECT_NAME: undefined },
      }),
    ).toMatchInlineSnapshot(`
      "exit 1
      error: invalid project name "My Proj": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number [compose.project-name]
      hint: "myproj" would do."
    `);
  });

  it('such a name in the environment', async () => {
    expect(await judge({ files: web, env: { COMPOSE_PROJECT_NAME: 'ABC!' } })).toMatchInlineSnapshot(`
      "exit 1
      error: invalid project name "ABC!": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number [compose.project-name]
      hint: "abc" would do."
    `);
  });
});
