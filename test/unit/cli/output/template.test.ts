import { describe, expect, test } from 'vitest';
import { compileTemplate, type TemplateValue } from '../../../../src/cli/output/template/index.ts';

const row: TemplateValue = {
  Name: 'shop-db-1',
  State: 'running',
  ExitCode: 0,
  Ports: [
    { URL: '0.0.0.0', PublishedPort: 8080 },
    { URL: '::', PublishedPort: 8080 },
  ],
  Empty: [],
  Labels: { z: '1', 'a.b': '2' },
  NoLabels: {},
  Markup: '<a&b>\u009b',
  Label: (key: string) => `label ${key}`,
};
const print = (source: string): string => compileTemplate(source)(row);
const failure = (source: string): unknown => {
  try {
    return print(source);
  } catch (error) {
    const { message, hint } = error as { message: string; hint?: string };
    return hint === undefined ? message : `${message} (${hint})`;
  }
};

describe('a format prints', () => {
  test.each([
    ['no action at all', 'no action at all'],
    ['{{.Name}} is {{.State}}', 'shop-db-1 is running'],
    ['{{ .Name | upper }}', 'SHOP-DB-1'],
    ['{{title .Name}}', 'Shop-Db-1'],
    ['{{join (split .Name "-") "+"}}', 'shop+db+1'],
    ['{{truncate .Name 4}}|{{pad .Name 1 2}}|', 'shop| shop-db-1  |'],
    [
      '{{printf "%-10s|%3d|%q|%v|%%" .Name .ExitCode .State .Ports}}',
      'shop-db-1 |  0|"running"|[{0.0.0.0 8080} {:: 8080}]|%',
    ],
    ['{{.Name | printf "%s:%s" "x"}}', 'x:shop-db-1'],
    ['{{json .Markup}}', '"\\u003ca\\u0026b\\u003e\\u009b"'],
    ['{{json .Ports}}', '[{"URL":"0.0.0.0","PublishedPort":8080},{"URL":"::","PublishedPort":8080}]'],
    ['{{.Label "a.b"}}', 'label a.b'],
    ['{{.Labels}} {{.NoLabels}}', 'map[a.b:2 z:1] map[]'],
    ['{{if eq .State "running" "paused"}}up{{else if .ExitCode}}failed{{else}}down{{end}}', 'up'],
    ['{{if .ExitCode}}failed{{else if .Empty}}x{{else}}fine{{end}}', 'fine'],
    ['{{if and .Name (not .Empty)}}both{{end}}', 'both'],
    [
      '{{range .Ports}}{{.URL}}:{{.PublishedPort}} {{$.Name}};{{end}}',
      '0.0.0.0:8080 shop-db-1;:::8080 shop-db-1;',
    ],
    ['{{range .Empty}}x{{else}}none{{end}}', 'none'],
    ['{{with .Name}}{{.}}{{end}}', 'shop-db-1'],
    ['{{(index .Ports 1).URL}} {{len .Ports}}', ':: 2'],
    ['a {{- .State -}} b{{/* nothing */}}', 'arunningb'],
    ['{{println .Name}}', 'shop-db-1\n'],
    ['{{"a\\tb\\u00e9"}}{{`raw\\t`}}', 'a\tbéraw\\t'],
    ['{{lt .ExitCode 1}} {{ge "b" "a"}}', 'true true'],
  ])('%s', (source, text) => {
    expect(print(source)).toBe(text);
  });
});

describe('a format that cannot be used says why', () => {
  test('with the place in the format', () => {
    const sources = [
      '{{.Nope}}',
      '{{.Name',
      '{{nope .Name}}',
      '{{.Name.Foo}}',
      '{{$x := .Name}}',
      '{{if .Name}}x',
      '{{end}}',
      '{{range .Name}}{{end}}',
      '{{index .Ports 7}}',
      '{{template "x"}}',
      '{{upper .ExitCode}}',
      '{{.Name "x"}}',
      '{{printf "%s"}}',
      '{{printf "%x" 1}}',
      '{{(.Name}}',
      '{{.Name | }}',
      '{{.Label}}',
      '{{§}}',
    ];
    expect(sources.map((source) => `${source}  ${failure(source)}`)).toMatchInlineSnapshot(`
      [
        "{{.Nope}}  cannot use this --format: there is no field ".Nope" (The fields are Name, State, ExitCode, Ports, Empty, Labels, NoLabels, Markup, Label.)",
        "{{.Name  cannot use this --format: "{{.Name" has no "}}"",
        "{{nope .Name}}  cannot use this --format: there is no function "nope" (The functions are json, upper, lower, title, split, join, truncate, pad, print, println, printf, len, index, eq, ne, lt, le, gt, ge, and, or, not.)",
        "{{.Name.Foo}}  cannot use this --format: there is no field ".Foo" in shop-db-1",
        "{{$x := .Name}}  cannot use this --format: variables are not supported: "$x := .Name}}"",
        "{{if .Name}}x  cannot use this --format: "{{if}}" has no "{{end}}"",
        "{{end}}  cannot use this --format: "{{end}}" has no "if", "range" or "with" before it",
        "{{range .Name}}{{end}}  cannot use this --format: "range" needs a list, not shop-db-1",
        "{{index .Ports 7}}  cannot use this --format: index 7 is outside of a list of 2",
        "{{template "x"}}  cannot use this --format: "template" is not supported",
        "{{upper .ExitCode}}  cannot use this --format: a text is needed where 0 stands",
        "{{.Name "x"}}  cannot use this --format: ".Name" takes no argument",
        "{{printf "%s"}}  cannot use this --format: printf has more verbs than values: "%s"",
        "{{printf "%x" 1}}  cannot use this --format: printf's verb "%x" is not supported; there are %s, %v, %d, %q and %t",
        "{{(.Name}}  cannot use this --format: a "(" has no ")"",
        "{{.Name | }}  cannot use this --format: a value is missing",
        "{{.Label}}  cannot use this --format: a method needs its argument, as in {{.Label "key"}}",
        "{{§}}  cannot use this --format: this cannot be read: "§}}"",
      ]
    `);
  });
});
