/**
 * A transcript shows a mistake as a person meets it: a sentence about it, the files, the command, and what the
 * terminal shows. fixtures/diagnostics/README.md describes the format.
 */
export interface Transcript {
  readonly title: string;
  readonly files: readonly TranscriptFile[];
  /** The words after `flotilla`; assignments such as `TAG=1` before it are the environment. */
  readonly command: string;
}

export interface TranscriptFile {
  readonly name: string;
  readonly encoding: string | undefined;
  readonly text: string;
}

const fileLine = /^--- (\S+)(?: \((.+)\))?$/;
const commandLine = /^\$ (.+)$/;

export function parseTranscript(page: string): Transcript {
  const title: string[] = [];
  const files: { name: string; encoding: string | undefined; lines: string[] }[] = [];
  for (const line of page.split('\n')) {
    const [, name, encoding] = fileLine.exec(line) ?? [];
    const command = commandLine.exec(line)?.[1];
    const file = files.at(-1);
    if (command !== undefined) {
      return { title: title.join('\n').trim(), command, files: files.map(finished) };
    }
    if (name !== undefined) files.push({ name, encoding, lines: [] });
    else if (file === undefined) title.push(line);
    else file.lines.push(line);
  }
  throw new Error('a transcript has a line that starts with "$ "');
}

export function formatTranscript({ title, files, command }: Transcript, output: string): string {
  const shown = files.map(
    ({ name, encoding, text }) => `--- ${name}${encoding === undefined ? '' : ` (${encoding})`}\n${text}`,
  );
  return `${title}\n\n${shown.join('')}$ ${command}\n${output}`;
}

/** What goes on the disk: the encodings write what a page of plain text cannot hold. */
export function bytesOf({ encoding, text }: TranscriptFile): Buffer {
  switch (encoding) {
    case undefined:
      return Buffer.from(text);
    case 'escaped':
      return Buffer.from(
        text.replace(/\\x([0-9a-f]{2})/g, (_, code: string) =>
          String.fromCharCode(Number.parseInt(code, 16)),
        ),
        'latin1',
      );
    case 'escaped text':
      return Buffer.from(
        text.replace(/\\u\{([0-9a-f]+)\}/g, (_, code: string) =>
          String.fromCodePoint(Number.parseInt(code, 16)),
        ),
      );
    default:
      throw new Error(`no encoding ${JSON.stringify(encoding)}`);
  }
}

function finished({
  name,
  encoding,
  lines,
}: {
  readonly name: string;
  readonly encoding: string | undefined;
  readonly lines: readonly string[];
}): TranscriptFile {
  return { name, encoding, text: lines.map((line) => `${line}\n`).join('') };
}
