import type { CommandDefinition } from '../command.ts';
import { config } from './config.ts';
import { down } from './down.ts';
import { exec } from './exec.ts';
import { logs } from './logs.ts';
import { ps } from './ps.ts';
import { up } from './up.ts';
import { version } from './version.ts';

/** Every command, in the order in which help lists them inside their group. */
export const commands: readonly CommandDefinition[] = [up, down, ps, logs, config, exec, version];
