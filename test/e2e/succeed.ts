import { expect } from 'vitest';
import type { CommandResult } from '../support/command.ts';

/** The result of a command that must not fail; a failure shows what it said. */
export async function succeed(command: Promise<CommandResult>): Promise<CommandResult> {
  const result = await command;
  expect(result.exitCode, `${result.stderr}${result.stdout}`).toBe(0);
  return result;
}
