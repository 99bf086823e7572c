import { expect, it } from 'vitest';
import { load, printed } from './support.ts';

async function said(files: Parameters<typeof load>[0]): Promise<string> {
  return printed((await load(files)).diagnostics);
}

it('reports all mistakes of a stage at once', async () => {
  expect(
    await said(`services:
  web:
    image: nginx
    networks: [front]
    volumes: ["data:/data"]
    depends_on: [bd]
  db:
    build: {dockerfile: a, dockerfile_inline: b}
    container_name: one
    scale: 2
`),
  ).toMatchInlineSnapshot(`
    "error compose.conflict at compose.yaml:8:25 services.db.build.dockerfile
    service "db" declares mutually exclusive dockerfile and dockerfile_inline: invalid compose project
    6 |     depends_on: [bd]
    7 |   db:
    8 |     build: {dockerfile: a, dockerfile_inline: b}
      |                         ^
    9 |     container_name: one
    hint: Keep one of the two.

    error compose.conflict at compose.yaml:9:21 services.db.container_name
    services.db: can't set container_name and scale, "one" can name only one of 2 containers: invalid compose project
     7 |   db:
     8 |     build: {dockerfile: a, dockerfile_inline: b}
     9 |     container_name: one
       |                     ^^^
    10 |     scale: 2
    hint: Remove container_name.

    error compose.undefined-resource at compose.yaml:4:16 services.web.networks.front
    service "web" refers to undefined network front: invalid compose project
    2 |   web:
    3 |     image: nginx
    4 |     networks: [front]
      |                ^^^^^
    5 |     volumes: ["data:/data"]
    hint: Declare it at the left margin:
    networks:
      front:

    error compose.undefined-resource at compose.yaml:5:15 services.web.volumes[0]
    service "web" refers to undefined volume data: invalid compose project
    3 |     image: nginx
    4 |     networks: [front]
    5 |     volumes: ["data:/data"]
      |               ^^^^^^^^^^^^
    6 |     depends_on: [bd]
    hint: Declare it at the left margin:
    volumes:
      data:

    error compose.undefined-service at compose.yaml:6:18 services.web.depends_on.bd
    service "web" depends on undefined service "bd": invalid compose project
    4 |     networks: [front]
    5 |     volumes: ["data:/data"]
    6 |     depends_on: [bd]
      |                  ^^
    7 |   db:
    hint: Did you mean "db"? Add the service, or remove the dependency.
    "
  `);
});

it('explains a line that is indented too deep', async () => {
  expect(await said('services:\n  web:\n    image: nginx\n     ports: [80]\n')).toMatchInlineSnapshot(`
    "error compose.yaml-syntax at compose.yaml:4:6
    This line is indented below "image", which already has a value.
    2 |   web:
    3 |     image: nginx
    4 |      ports: [80]
      |      ^^^^^^^^^^^
    hint: Line it up with "image": 4 spaces instead of 5.
    "
  `);
});

it('explains tabs', async () => {
  expect(await said('services:\n\tweb:\n\t\timage: x\n')).toMatchInlineSnapshot(`
    "error compose.yaml-syntax at compose.yaml:2:1
    YAML does not allow tabs for indentation.
    1 | services:
    2 | 	web:
      | ^
    3 | 		image: x
    hint: Indent with spaces, two per level; this line is indented with a tab.
    "
  `);
});

it('explains a quote that is not closed', async () => {
  expect(await said('services:\n  web:\n    image: "nginx\n    ports: [80]\n')).toMatchInlineSnapshot(`
    "error compose.yaml-syntax at compose.yaml:3:12
    A double quote is opened and never closed.
    1 | services:
    2 |   web:
    3 |     image: "nginx
      |            ^
    4 |     ports: [80]
    hint: Close it with another " at the end of the value.
    "
  `);
});

it('explains duplicate keys', async () => {
  expect(await said('services:\n  web: {image: a}\n  web: {image: b}\n')).toMatchInlineSnapshot(`
    "error compose.duplicate-key at compose.yaml:3:3
    mapping key "web" already defined at line 2
    1 | services:
    2 |   web: {image: a}
    3 |   web: {image: b}
      |   ^^^
    hint: Keep one of the two, or merge their values.
    "
  `);
});

it('warns about a dollar sign that swallowed text', async () => {
  expect(
    await said('services:\n  web:\n    image: x\n    environment:\n      PASS: pa$word\n'),
  ).toMatchInlineSnapshot(`
    "warning compose.unset-variable at compose.yaml:5:15 services.web.environment.PASS
    The "word" variable is not set. Defaulting to a blank string.
    3 |     image: x
    4 |     environment:
    5 |       PASS: pa$word
      |               ^^^^^
    hint: If the dollar sign belongs to the text, write "$$word" for a literal dollar sign; else set word, or give it a default as in "\${word:-value}".
    "
  `);
});

it('warns about a command that a shell operator cuts off', async () => {
  expect(
    await said('services:\n  web:\n    image: x\n    command: migrate && serve\n'),
  ).toMatchInlineSnapshot(`
    "warning compose.invalid-value at compose.yaml:4:14 services.web.command
    services.web.command ends at a shell operator: "&& serve" is ignored.
    2 |   web:
    3 |     image: x
    4 |     command: migrate && serve
      |              ^^^^^^^^^^^^^^^^
    hint: No shell reads this command. Write it as ["sh", "-c", "migrate && serve"] to have one.
    "
  `);
});

it('points into the file that is at fault, not the last one', async () => {
  expect(
    await said({
      'compose.yaml': 'services:\n  web:\n    image: x\n    prots: [80]\n',
      'compose.override.yaml': 'services:\n  web:\n    command: y\n',
    }),
  ).toMatchInlineSnapshot(`
    "error compose.unknown-key at compose.yaml:4:5 services.web.prots
    services.web additional properties 'prots' not allowed
    2 |   web:
    3 |     image: x
    4 |     prots: [80]
      |     ^^^^^
    hint: Did you mean \`ports\`?
    "
  `);
});

it('points at the right character of a long value', async () => {
  expect(
    await said('services:\n  web:\n    image: x\n    command: ["a", "$\u007bA:=b}"]\n'),
  ).toMatchInlineSnapshot(`
    "error compose.invalid-interpolation at compose.yaml:4:21 services.web.command[1]
    invalid interpolation format for services.web.command[1]: "\${A:=b}"
    2 |   web:
    3 |     image: x
    4 |     command: ["a", "\${A:=b}"]
      |                     ^^^^^^^
    hint: Compose cannot assign a variable; for a default write \${A:-value}. You may need to escape any $ with another $: write "$$" for a literal dollar sign.
    "
  `);
});

it('names an empty file', async () => {
  expect(await said('# nothing\n')).toMatchInlineSnapshot(`
    "error compose.missing-key at compose.yaml:1:1
    empty compose file: compose.yaml
    1 | # nothing
      | ^
    hint: Add at least "services:" with one service.
    "
  `);
});

it('names a missing file', async () => {
  expect(await said({ 'readme.md': '' })).toMatchInlineSnapshot(`
    "error compose.no-file
    no configuration file provided: not found
    hint: No compose.yaml, compose.yml, docker-compose.yml, docker-compose.yaml in "/project" or above it. Name the file with -f, or create compose.yaml.
    "
  `);
});

it('shows how a dependency goes round', async () => {
  expect(
    await said(
      'services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, links: [c]}\n  c: {image: x, network_mode: "service:a"}\n',
    ),
  ).toMatchInlineSnapshot(`
    "error compose.dependency-cycle at compose.yaml:2:30 services.a.depends_on.b
    dependency cycle detected: a -> b -> c -> a
    1 | services:
    2 |   a: {image: x, depends_on: [b]}
      |                              ^
    3 |   b: {image: x, links: [c]}
    hint: Remove one of these dependencies; a service cannot wait for itself.
    "
  `);
});
