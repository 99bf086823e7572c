import { FlotillaError, messageOf } from '../../core/error.ts';
import { stripControl } from '../../core/text.ts';
import { type EngineAddress, formatAddress } from './address.ts';

/** How an attempt to reach an engine failed, as data: the search goes on after `absent` and `forbidden`. */
export type ConnectionFailure = 'absent' | 'forbidden' | 'final';

export function classifyConnection(error: unknown, address: EngineAddress): ConnectionFailure {
  if (address.kind !== 'unix') return 'final';
  switch (codeOf(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'absent';
    case 'EACCES':
    case 'EPERM':
      return 'forbidden';
    default:
      return 'final';
  }
}

/** Puts a failed first contact into words. */
export function connectionError(error: unknown, address: EngineAddress, origin: string): FlotillaError {
  if (error instanceof FlotillaError) return error;
  const place = `${formatAddress(address)} (${origin})`;
  const options = (hint: string) => ({ hint, cause: error });
  const code = codeOf(error) ?? '';
  // Unless the answer was no HTTP, it was ssh or the command at its other end that failed.
  if (address.kind === 'ssh' && !code.startsWith('HPE_')) return sshError(error, place);
  if (address.kind === 'tcp' && isTlsFailure(code, messageOf(error))) {
    const hint =
      address.tls === undefined
        ? 'The engine seems to speak TLS: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH.'
        : 'Check ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH, and that the engine listens with TLS.';
    return new FlotillaError(
      'engine.tls',
      `no secure connection to the engine at ${place}: ${saidBy(error)}`,
      options(hint),
    );
  }
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return notFound([address], origin, error);
    case 'EACCES':
    case 'EPERM':
      return new FlotillaError(
        'engine.permission',
        `no permission to use the engine at ${place}`,
        options(
          'Join the group that owns the socket (`sudo usermod -aG docker "$USER"`, then log in again), use sudo, or run a rootless engine.',
        ),
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new FlotillaError(
        'engine.not-found',
        `the host of the engine at ${place} is unknown`,
        options('Check the name in the address, and the name server.'),
      );
    case 'ECONNREFUSED':
      return new FlotillaError(
        'engine.refused',
        address.kind === 'unix'
          ? `there is a socket at ${place}, but no engine listens on it`
          : `nothing listens at ${place}`,
        options(startHint(address)),
      );
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return new FlotillaError(
        'engine.refused',
        `the engine at ${place} does not answer`,
        options('Check that it runs and that a firewall lets you through.'),
      );
    default:
      return new FlotillaError(
        'engine.not-an-engine',
        `what answers at ${place} is not a container engine: ${saidBy(error)}`,
        options(
          address.kind === 'tcp' && address.tls === undefined
            ? 'Check the address; an engine that speaks TLS needs DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH.'
            : 'Check the address; the engine must speak the Docker Engine API there.',
        ),
      );
  }
}

/** No socket in any of the places. */
export function notFound(
  addresses: readonly EngineAddress[],
  origin: string,
  cause?: unknown,
): FlotillaError {
  const places = addresses.map(formatAddress);
  const where = origin === 'default' ? '' : ` (${origin})`;
  const message =
    places.length === 1
      ? `there is no container engine at ${places[0]}${where}`
      : `there is no container engine: looked at ${places.join(', ')}`;
  return new FlotillaError('engine.not-found', message, {
    hint: 'Start it (`sudo systemctl start docker`), install one (`sudo apt-get install docker.io`), or set DOCKER_HOST.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The connection broke after the engine had been reached. */
export function lostError(error: unknown, endpoint: string, task: string): FlotillaError {
  return new FlotillaError(
    'engine.lost',
    `lost the engine at ${endpoint} while trying to ${task}: ${saidBy(error)}`,
    {
      hint: 'See whether it still runs, and run the command again: it goes on from what is there.',
      cause: error,
    },
  );
}

function sshError(error: unknown, place: string): FlotillaError {
  const said = messageOf(error).trim().split('\n').at(-1) ?? '';
  const hint =
    codeOf(error) === 'ENOENT'
      ? 'Install the ssh client (`sudo apt-get install openssh-client`).'
      : /command not found|docker: not found/.test(said)
        ? 'The docker command must be installed on the remote machine and be on the PATH of its non-interactive shells.'
        : 'Check that plain `ssh` to this host works without a password prompt.';
  return new FlotillaError(
    'engine.ssh',
    `no ssh connection to the engine at ${place}: ${stripControl(said)}`,
    {
      hint,
      cause: error,
    },
  );
}

function startHint(address: EngineAddress): string {
  return address.kind === 'unix'
    ? 'Start the engine: `sudo systemctl start docker`.'
    : 'Check the address and that the engine listens on TCP.';
}

function isTlsFailure(code: string, message: string): boolean {
  return (
    /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO)/.test(
      code,
    ) || /HTTP request to an HTTPS server|ssl3|wrong version number/i.test(message)
  );
}

/** System messages can span lines (OpenSSL's do). */
function saidBy(error: unknown): string {
  return stripControl(messageOf(error).replace(/\s+/g, ' ').trim());
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // Happy eyeballs reports several attempts as one; they failed alike or the last one tells enough.
  if (error instanceof AggregateError) return codeOf(error.errors.at(-1));
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : undefined;
}
