import type { ErrorCode } from '../../core/codes.ts';
import type { Evidence } from '../../core/error.ts';
import type { ServiceName } from '../../core/ids.ts';
import type { ContainerDetails } from '../../runtime/index.ts';

/** The next move after a wait that failed, by what is known about it. */
export function hintFrom(
  code: ErrorCode,
  service: ServiceName,
  details: ContainerDetails | undefined,
  evidence: readonly Evidence[],
): string {
  if (code === 'run.no-healthcheck') {
    return `Give "${service}" a \`healthcheck\`, or depend on it with \`service_started\`.`;
  }
  if (code === 'run.unhealthy') return probeHint(service, details);
  if (details?.error !== undefined && details.error !== '') return `The engine says: ${details.error}`;
  if (details?.oomKilled === true) return 'Raise its `mem_limit`, or make it use less.';
  const said = evidence.flatMap(({ lines }) => lines);
  const known = outputHints.find(({ pattern }) => said.some((line) => pattern.test(line)));
  if (known !== undefined) return known.hint;
  if (details?.exitCode === 137) {
    return 'Something outside killed it: a `kill`, or the kernel when the whole machine was out of memory (`dmesg` tells).';
  }
  if (details?.exitCode === 0) {
    return 'Its program ended by itself, and a service has to stay in the foreground. What waits for a job uses `service_completed_successfully`.';
  }
  return said.length === 0
    ? `It ended without a word: look at its \`command\`, or let it say more.`
    : `See all that it said with \`flotilla logs ${service}\`.`;
}

/** A probe whose program could not be run, or took too long, says so in the engine's words. */
function probeHint(service: ServiceName, details: ContainerDetails | undefined): string {
  const output = details?.probes.at(-1)?.output ?? '';
  const [, missing] =
    /exec: "(.+?)": executable file not found|executable file `(.+?)` not found/.exec(output) ?? [];
  if (missing !== undefined) {
    return `The image has no program "${missing}": use one that it has in \`healthcheck.test\`, or install it in the image.`;
  }
  if (/exceeded timeout|timed out/.test(output)) {
    return 'Give the probe more time with `healthcheck.timeout`, or find out what it waits for.';
  }
  return `Try the probe yourself: \`flotilla exec ${service} sh\`. If the service only needs longer to start, raise \`healthcheck.start_period\`.`;
}

/** Last words that mean more than they say. */
const outputHints: readonly { readonly pattern: RegExp; readonly hint: string }[] = [
  {
    pattern: /^(?:\[.*\] )?exec (?:\S+?:? (?:failed: )?|container process .*?: )no such file or directory/i,
    hint: 'The file is there, but the interpreter in its first line is not: the image lacks it, or the lines of the file end as in Windows (\\r\\n).',
  },
  {
    pattern: /exec format error/i,
    hint: 'The program is for another kind of processor: set `platform`, or use another image.',
  },
  {
    pattern: /read-only file system/i,
    hint: 'It writes where it may not: mount a volume or a `tmpfs` there, or take `read_only` out.',
  },
  {
    pattern: /address already in use/i,
    hint: "Two programs in one network namespace want one port; with `network_mode: host` it is the whole machine's.",
  },
];
