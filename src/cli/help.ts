import type { CommandDefinition, CommandGroup } from './command.ts';
import { families, membersOf } from './families.ts';
import type { OptionDefinition, OptionTable } from './option.ts';
import { usageLine } from './usage-line.ts';

/** The text of `flotilla --help`. */
export function rootHelp(commands: readonly CommandDefinition[], options: OptionTable): string {
  const visible = listed(commands);
  const width = Math.max(...visible.map(({ name }) => name.length)) + 2;
  const groups = groupTitles.flatMap(([group, title]) => {
    const members = visible.filter((command) => command.group === group);
    const lines = members.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
    return lines.length === 0 ? [] : [section(`${title}:`, lines)];
  });
  return sections([
    'Usage:  flotilla [OPTIONS] COMMAND',
    'Runs multi-container applications from a Compose file',
    ...groups,
    section('Options:', optionLines({ ...options, ...helpOption })),
    section('Examples:', [
      '  flotilla up -d                  Start everything in the background',
      '  flotilla -f prod.yaml config    Show what a file means',
      '  flotilla down --volumes         Remove everything, data included',
    ]),
    "'flotilla COMMAND --help' tells more about a command.",
  ]);
}

/** Commands of two words stand for each other by their first. */
function listed(
  commands: readonly CommandDefinition[],
): readonly Pick<CommandDefinition, 'name' | 'summary' | 'group'>[] {
  const single = commands.filter(({ name, hidden }) => hidden !== true && !name.includes(' '));
  const shared = Object.entries(families).filter(([name]) => membersOf(commands, name).length > 0);
  return [...single, ...shared.map(([name, summary]) => ({ name, summary, group: 'manage' }) as const)];
}

/** The text of `flotilla image --help`. */
export function familyHelp(commands: readonly CommandDefinition[], family: string): string {
  const members = membersOf(commands, family);
  const names = members.map(({ name }) => name.slice(family.length + 1));
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  return sections([
    `Usage:  flotilla ${family} COMMAND`,
    families[family] ?? '',
    section(
      'Commands:',
      members.map(({ summary }, index) => `  ${(names[index] ?? '').padEnd(width)}${summary}`),
    ),
    `'flotilla ${family} COMMAND --help' tells more about a command.`,
  ]);
}

/** The text of `flotilla COMMAND --help`. */
export function commandHelp(command: CommandDefinition): string {
  const examples = command.examples.flatMap(({ command: line, shows }) => [`  # ${shows}`, `  ${line}`]);
  const aliases = command.aliases ?? [];
  return sections([
    `Usage:  ${usageLine(command)}`,
    command.summary,
    ...(command.details === undefined ? [] : [command.details]),
    ...(aliases.length === 0 ? [] : [section('Aliases:', [`  ${[command.name, ...aliases].join(', ')}`])]),
    section('Options:', optionLines({ ...command.options, ...helpOption })),
    ...(examples.length === 0 ? [] : [section('Examples:', examples)]),
    "'flotilla --help' lists the options that come before the command.",
  ]);
}

const groupTitles: readonly (readonly [CommandGroup, string])[] = [
  ['run', 'Run an application'],
  ['inspect', 'Look at it'],
  ['work', 'Work in it'],
  ['manage', 'Other commands'],
];

const helpOption = {
  help: { kind: 'flag', short: 'h', summary: 'Show this help' },
} as const satisfies OptionTable;

function optionLines(options: OptionTable): readonly string[] {
  const visible = Object.entries(options)
    .filter(([, { hidden }]) => hidden !== true)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  const heads = visible.map(([name, option]) => optionHead(name, option));
  const width = Math.max(0, ...heads.map(({ length }) => length)) + 3;
  return visible.flatMap(([, option], index) => {
    const [first = '', ...rest] = wrap(optionSummary(option), lineWidth - width);
    return [
      `${(heads[index] ?? '').padEnd(width)}${first}`,
      ...rest.map((line) => `${' '.repeat(width)}${line}`),
    ];
  });
}

function optionHead(name: string, option: OptionDefinition): string {
  const short = option.short === undefined ? '    ' : `-${option.short}, `;
  return `  ${short}--${name}${valueName(option)}`;
}

function valueName(option: OptionDefinition): string {
  switch (option.kind) {
    case 'flag':
      return '';
    case 'text':
      return ` ${option.value ?? 'string'}`;
    case 'list':
      return ` ${option.value ?? 'stringArray'}`;
    case 'integer':
      return ` ${option.value ?? 'int'}`;
  }
}

function optionSummary(option: OptionDefinition): string {
  const choices =
    option.kind === 'text' && option.choices !== undefined ? ` (${option.choices.join(', ')})` : '';
  const given = option.kind === 'list' ? undefined : option.default;
  const shown = given === undefined || given === false || given === 'unset' ? '' : ` (default ${given})`;
  return `${option.summary}${choices}${shown}`;
}

const lineWidth = 96;

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

function section(title: string, lines: readonly string[]): string {
  return [title, ...lines].join('\n');
}

function sections(parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}
