import type { CommandDefinition } from '../command.ts';
import { version } from './version.ts';

/** Every command, in the order in which help lists them inside their group. */
export const commands: readonly CommandDefinition[] = [version];
