import { stripControl } from '../../../core/text.ts';
import { version } from '../../../core/version.ts';
import type { Description } from '../../../runtime/index.ts';
import type { CommandContext } from '../../command.ts';
import type { systemInfoOptions } from '../../commands/system/index.ts';
import { formatBinarySize } from '../../output/sizes.ts';
import type { TemplateValue } from '../../output/template/index.ts';
import { inspectionText } from '../housekeeping/inspection.ts';
import { withHousekeeping } from '../housekeeping/with-housekeeping.ts';

export async function run(context: CommandContext<typeof systemInfoOptions>): Promise<number> {
  const { io, options } = context;
  return withHousekeeping(context, async (housekeeping, { driver, abort }) => {
    const information = await housekeeping.information(abort);
    if (options.format !== undefined && options.format !== '') {
      io.stdout.write(inspectionText([information as TemplateValue], options.format));
      return 0;
    }
    const { product } = await driver.version(abort);
    io.stdout.write(infoText(information, { product, endpoint: driver.endpoint }));
    return 0;
  });
}

/** Docker's words where docker has some; what an engine does not say is left out. */
function infoText(
  information: Description,
  { product, endpoint }: { readonly product: string; readonly endpoint: string },
): string {
  const row = (field: string, title: string, indent = ' '): string => {
    const value = information[field];
    return value === undefined || value === '' ? '' : `${indent}${title}: ${stripControl(String(value))}\n`;
  };
  const memory = Number(information['MemTotal'] ?? 0);
  return [
    `Client:\n Version: ${version}\n\nServer:\n Engine: ${product} at ${endpoint}\n`,
    row('Containers', 'Containers'),
    row('ContainersRunning', 'Running', '  '),
    row('ContainersPaused', 'Paused', '  '),
    row('ContainersStopped', 'Stopped', '  '),
    row('Images', 'Images'),
    row('ServerVersion', 'Server Version'),
    row('Driver', 'Storage Driver'),
    row('LoggingDriver', 'Logging Driver'),
    row('CgroupDriver', 'Cgroup Driver'),
    row('CgroupVersion', 'Cgroup Version'),
    row('DefaultRuntime', 'Default Runtime'),
    row('KernelVersion', 'Kernel Version'),
    row('OperatingSystem', 'Operating System'),
    row('OSType', 'OSType'),
    row('Architecture', 'Architecture'),
    row('NCPU', 'CPUs'),
    memory > 0 ? ` Total Memory: ${formatBinarySize(memory)}\n` : '',
    row('Name', 'Name'),
    row('DockerRootDir', 'Root Dir'),
  ].join('');
}
