import type { CommandDefinition } from '../command.ts';
import { attach } from './attach.ts';
import { build } from './build.ts';
import { commit } from './commit.ts';
import { config } from './config.ts';
import { cp } from './cp.ts';
import { create } from './create.ts';
import { doctor } from './doctor.ts';
import { down } from './down.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { exportCommand } from './export.ts';
import { imageCommands } from './image/index.ts';
import { images } from './images.ts';
import { kill } from './kill.ts';
import { lint } from './lint.ts';
import { logs } from './logs.ts';
import { ls } from './ls.ts';
import { networkCommands } from './network/index.ts';
import { pause } from './pause.ts';
import { plan } from './plan.ts';
import { port } from './port.ts';
import { ps } from './ps.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { restart } from './restart.ts';
import { rm } from './rm.ts';
import { run } from './run.ts';
import { scale } from './scale.ts';
import { start } from './start.ts';
import { stats } from './stats.ts';
import { stop } from './stop.ts';
import { systemCommands } from './system/index.ts';
import { top } from './top.ts';
import { unpause } from './unpause.ts';
import { up } from './up.ts';
import { version } from './version.ts';
import { volumeCommands } from './volume/index.ts';
import { wait } from './wait.ts';
import { watch } from './watch.ts';
import { why } from './why.ts';

/** Every command, in the order in which help lists them inside their group. */
export const commands: readonly CommandDefinition[] = [
  up,
  down,
  create,
  build,
  pull,
  push,
  watch,
  scale,
  start,
  stop,
  restart,
  kill,
  pause,
  unpause,
  wait,
  rm,
  ps,
  port,
  ls,
  images,
  top,
  stats,
  logs,
  events,
  plan,
  why,
  config,
  lint,
  exec,
  attach,
  run,
  cp,
  exportCommand,
  commit,
  ...imageCommands,
  ...volumeCommands,
  ...networkCommands,
  ...systemCommands,
  doctor,
  version,
];
