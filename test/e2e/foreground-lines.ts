import type { CommandResult } from '../support/command.ts';
import { images } from '../support/engine.ts';
import type { TestProject } from '../support/project.ts';

/** Ends by itself when asked to, with a last word on each stream. */
export const polite = `sh -c "trap 'echo bye; echo bye-err >&2; exit 0' TERM; echo ready; while :; do sleep 0.05; done"`;
/** Ends only by SIGKILL. */
export const stubborn = `sh -c "trap 'echo no' TERM; echo ready; while :; do sleep 0.05; done"`;

interface ServiceText {
  readonly command: string;
  readonly rest?: string;
}

export function composeFile(
  services: Readonly<Record<string, string | ServiceText>>,
): Record<string, string> {
  const texts = Object.entries(services).map(([name, service]) => {
    const { command, rest = '' } = typeof service === 'string' ? { command: service } : service;
    return `  ${name}:\n    image: ${images.busybox}\n    command: ${command}\n${rest}`;
  });
  return { 'compose.yaml': `services:\n${texts.join('')}` };
}

/** The order of lines of different containers is theirs; each one's own order stays. */
export function byContainer(text: string): string {
  const lines = text
    .replaceAll('\r\x1b[K', '')
    .split('\n')
    .filter((line) => line !== '');
  return lines.sort((a, b) => (nameIn(a) < nameIn(b) ? -1 : nameIn(a) > nameIn(b) ? 1 : 0)).join('\n');
}

function nameIn(line: string): string {
  return line.startsWith('Attaching') ? '' : (/^[\w-]+/.exec(line)?.[0] ?? '');
}

/** Standard error without the progress of the run. */
export function spoken(stderr: string): string {
  return byContainer(
    stderr
      .split('\n')
      .filter((line) => !/^ (Container|Network|Volume|Image) /.test(line))
      .join('\n'),
  );
}

export function summary({ exitCode, stdout, stderr }: CommandResult): string {
  return `exit ${exitCode}\n--- stdout\n${byContainer(stdout)}\n--- stderr\n${spoken(stderr)}`;
}

export async function states(project: TestProject): Promise<Record<string, string>> {
  const found = await project.containers();
  return Object.fromEntries(
    found.map(({ service, state, status }) => [
      service,
      state === 'exited' ? (/Exited \(\d+\)/.exec(status)?.[0] ?? status) : state,
    ]),
  );
}
