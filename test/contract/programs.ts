import type { FakeProgram } from '../../src/runtime/fake/index.ts';

/** What a container or a command does, said twice: for busybox's shell and for the fake engine. */
export interface Program {
  readonly shell: string;
  readonly fake: FakeProgram;
}

/** The words to execute; the program finds the arguments in `$1` and so on. */
export function commandOf(program: Program, ...args: readonly string[]): readonly string[] {
  return ['sh', '-c', program.shell, 'sh', ...args];
}

/** Runs whichever of these programs a fake process was told to execute. */
export const playProgram: FakeProgram = (process) => {
  const program = Object.values(programs).find(({ shell }) => shell === process.command[2]);
  if (program === undefined) throw new Error(`no such program: ${process.command.join(' ')}`);
  return program.fake(process);
};

const decoder = new TextDecoder();

function argsOf(process: Parameters<FakeProgram>[0]): readonly string[] {
  return process.command.slice(4);
}

async function untilFile(process: Parameters<FakeProgram>[0], path: string): Promise<void> {
  while (process.readFile(path) === undefined) await process.sleep(5);
}

export const programs = {
  /** Runs until it is told to stop, then ends well. */
  idle: {
    shell: "trap 'exit 0' TERM INT; while :; do sleep 0.05; done",
    fake: async (process) => {
      for (;;) {
        const signal = await process.nextSignal();
        if (signal === 'SIGTERM' || signal === 'SIGINT') return 0;
      }
    },
  },
  /** The same, and says when it hears. */
  obedient: {
    shell: "trap 'exit 0' TERM; echo ready; while :; do sleep 0.05; done",
    fake: async (process) => {
      await process.write('ready\n');
      while ((await process.nextSignal()) !== 'SIGTERM');
      return 0;
    },
  },
  /** Hears no signal but SIGKILL. */
  stubborn: {
    shell: "trap '' TERM; while :; do sleep 0.05; done",
    fake: (process) => process.forever(),
  },
  /** Says which signal came and ends with 40. */
  listener: {
    shell: "trap 'echo usr1; exit 40' USR1; echo ready; while :; do sleep 0.05; done",
    fake: async (process) => {
      await process.write('ready\n');
      while ((await process.nextSignal()) !== 'SIGUSR1');
      await process.write('usr1\n');
      return 40;
    },
  },
  exit: {
    shell: 'exit $1',
    fake: async (process) => Number(argsOf(process)[0]),
  },
  /** Says `$1` on standard output and `$2` on standard error, each with a line end. */
  say: {
    shell: 'echo "$1"; echo "$2" >&2',
    fake: async (process) => {
      const [out, err] = argsOf(process);
      await process.write(`${out}\n`);
      await process.write(`${err}\n`, 'stderr');
      return 0;
    },
  },
  /** Counts its runs in a file and ends with 1 until the `$1`-th. */
  flaky: {
    shell: 'echo x >> /runs; n=$(wc -l < /runs); echo "run $n"; [ "$n" -ge "$1" ]',
    fake: async (process) => {
      const runs = `${decoder.decode(process.readFile('/runs') ?? new Uint8Array())}x\n`;
      process.writeFile('/runs', runs);
      const number = runs.length / 2;
      await process.write(`run ${number}\n`);
      return number >= Number(argsOf(process)[0]) ? 0 : 1;
    },
  },
  /** `$1` numbered lines. */
  lines: {
    shell: 'i=1; while [ $i -le $1 ]; do echo "line $i"; i=$((i+1)); done',
    fake: async (process) => {
      for (let line = 1; line <= Number(argsOf(process)[0]); line += 1) await process.write(`line ${line}\n`);
      return 0;
    },
  },
  /** Says `before`, waits for the file /go, says `after` and ends. */
  gated: {
    shell: 'echo before; while [ ! -e /go ]; do sleep 0.05; done; echo after',
    fake: async (process) => {
      await process.write('before\n');
      await untilFile(process, '/go');
      await process.write('after\n');
      return 0;
    },
  },
  /** `$1` bytes of the letter x. */
  bulk: {
    shell: "head -c $1 /dev/zero | tr '\\0' x",
    fake: async (process) => {
      const block = Buffer.alloc(32 * 1024, 'x');
      for (let left = Number(argsOf(process)[0]); left > 0; left -= block.length) {
        await process.write(block.subarray(0, Math.min(left, block.length)));
      }
      return 0;
    },
  },
  /** All bytes that text handling likes to spoil. */
  binary: {
    shell: "printf '\\000\\001\\012\\015\\033\\177\\200\\303\\377'",
    fake: async (process) => {
      await process.write(Buffer.from([0, 1, 10, 13, 27, 127, 128, 195, 255]));
      return 0;
    },
  },
  /** A three-byte character in two pieces. */
  torn: {
    shell: "printf '\\342'; sleep 0.05; printf '\\202\\254'",
    fake: async (process) => {
      await process.write(Buffer.from([0xe2]));
      await process.sleep(5);
      await process.write(Buffer.from([0x82, 0xac]));
      return 0;
    },
  },
  /** Writes back what it is told, until that ends. */
  echo: {
    shell: 'cat',
    fake: async (process) => {
      for await (const data of process.stdin) await process.write(data);
      return 0;
    },
  },
  /** Says how many bytes it was told. */
  count: {
    shell: 'wc -c',
    fake: async (process) => {
      let total = 0;
      for await (const data of process.stdin) total += data.length;
      await process.write(`${total}\n`);
      return 0;
    },
  },
  /** Says the size of its terminal each time that it is another one, and ends with 120 columns. */
  size: {
    shell:
      'while :; do now=$(stty size 2>/dev/null); if [ -n "$now" ] && [ "$now" != "$last" ]; then echo "$now"; fi;' +
      ' last=$now; case $now in *120) exit 0;; esac; sleep 0.02; done',
    fake: async (process) => {
      await process.write(`${process.size?.rows} ${process.size?.columns}\n`);
      const size = await process.nextSize();
      await process.write(`${size.rows} ${size.columns}\n`);
      return 0;
    },
  },
  /** Says `ready`, and then the size of its terminal as soon as that has 120 columns. */
  resized: {
    shell:
      'echo ready; while :; do now=$(stty size 2>/dev/null); case $now in *120) echo "$now"; exit 0;; esac; sleep 0.02; done',
    fake: async (process) => {
      await process.write('ready\n');
      const size = await process.nextSize();
      await process.write(`${size.rows} ${size.columns}\n`);
      return 0;
    },
  },
  /** Ends with 0 when the name `$1` answers. */
  reach: {
    // Some engines ask the internet for a name that they do not know, and wait for it.
    shell: 'timeout 3 ping -c 1 -W 2 "$1" >/dev/null 2>&1',
    fake: async (process) => (process.resolve(argsOf(process)[0] ?? '') === undefined ? 1 : 0),
  },
  write: {
    shell: 'printf %s "$2" > "$1"',
    fake: async (process) => {
      const [path = '', text = ''] = argsOf(process);
      try {
        process.writeFile(path, text);
      } catch {
        return 1;
      }
      return 0;
    },
  },
  read: {
    shell: 'cat "$1"',
    fake: async (process) => {
      const content = process.readFile(argsOf(process)[0] ?? '');
      if (content === undefined) return 1;
      await process.write(content);
      return 0;
    },
  },
  /** Its environment variable GREETING, its folder, its user and its host's name. */
  describe: {
    shell: 'echo "$GREETING $(pwd) $(id -u) $(hostname)"',
    fake: async ({ environment, workingDir, user, hostname, write }) => {
      await write(`${environment['GREETING']} ${workingDir} ${user === 'root' ? '0' : user} ${hostname}\n`);
      return 0;
    },
  },
  /** Is healthy while /healthy is there; `probe` finds out. */
  patient: {
    shell: "trap 'exit 0' TERM; echo waiting; while :; do sleep 0.05; done",
    fake: async (process) => {
      let known: boolean | undefined;
      const probing = (async () => {
        for (;;) {
          const healthy = process.readFile('/healthy') !== undefined;
          const output = healthy ? 'all is well\n' : 'not yet\n';
          if (healthy !== known) {
            process.setHealth(healthy ? 'healthy' : 'unhealthy', { exitCode: healthy ? 0 : 1, output });
          }
          known = healthy;
          await process.sleep(5);
        }
      })();
      probing.catch(() => {});
      await process.nextSignal();
      return 0;
    },
  },
  /** A web server on port 80. */
  web: {
    shell: 'mkdir -p /www; echo welcome > /www/index.html; exec httpd -f -p 80 -h /www',
    fake: async (process) => {
      await process.nextSignal();
      return 0;
    },
  },
} satisfies Record<string, Program>;

/** The probe of `patient`. */
export const patientProbe = [
  'CMD-SHELL',
  'if [ -e /healthy ]; then echo all is well; else echo not yet; exit 1; fi',
];
