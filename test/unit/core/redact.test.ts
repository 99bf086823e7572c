import { expect, it } from 'vitest';
import { hasCredentials, redact, redactFrame } from '../../../src/core/redact.ts';

it.each([
  ['postgres://me:hunter2@db/shop', 'postgres://me:***@db/shop'],
  ['redis://:hunter2@db', 'redis://:***@db'],
  ['--url=-https://me:hunter2@host', '--url=-https://me:***@host'],
  [`${'s'.repeat(50)}://me:hunter2@host`, `${'s'.repeat(50)}://me:***@host`],
  ['https://ghp_1@host/x', 'https://***@host/x'],
  ['Authorization: Bearer abc', 'Authorization: ***'],
  ['DB_PASSWORD: hunter2', 'DB_PASSWORD: ***'],
  ['DB_PASSWORD="hunter 2"', 'DB_PASSWORD=***'],
])('hides the secret of %s', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

it.each([
  'http://host:80/x',
  'below `password:`.',
  'Write `file: x` below `password:`',
  `Write "DB_PASSWORD: \${DB_PASSWORD:?}" and`,
  `password: "\${P}"`,
  'a@b:c',
])('leaves %s alone', (text) => {
  expect(redact(text)).toBe(text);
  expect(hasCredentials(text)).toBe(false);
});

it('hides the default of a variable', () => {
  expect(redact(`password: \${P:-hunter2}`)).toBe('password: ***}');
});

it.each([
  ['2 |   password: hunter2', '  |             ^^^^^^^', '2 |   password: ***', '  |             ^^^'],
  [
    '2 | {password: hunter2, a: b}',
    '  |                      ^',
    '2 | {password: ***, a: b}',
    '  |                  ^',
  ],
  ['2 | a: {password: hunter2}', '  | ^', '2 | a: {password: ***}', '  | ^'],
])('moves the carets of %s', (line, carets, expected, moved) => {
  expect(redactFrame(`1 | a:\n${line}\n${carets}`)).toBe(`1 | a:\n${expected}\n${moved}`);
});

it.each([
  ['2 | DB_PASSWORD=hun"ter$xyz', '2 | DB_PASSWORD=***'],
  ['2 | DB_PASSWORD=hun ter$xyz', '2 | DB_PASSWORD=***'],
  ['2 | export DB_PASSWORD=hun ter', '2 | export DB_PASSWORD=***'],
  ['2 |       - DB_PASSWORD=hun ter', '2 |       - DB_PASSWORD=***'],
  ['2 |       DB_PASSWORD: hun ter', '2 |       DB_PASSWORD: ***'],
  ['2 |   environment: {DB_PASSWORD: hunter2, A: b}', '2 |   environment: {DB_PASSWORD: ***, A: b}'],
  ['2 | A=b # DB_PASSWORD is elsewhere', '2 | A=b # DB_PASSWORD is elsewhere'],
])('hides all of the value in the source line %s', (line, expected) => {
  expect(redactFrame(`1 | x\n${line}`)).toBe(`1 | x\n${expected}`);
});
