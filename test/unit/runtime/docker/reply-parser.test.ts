import { describe, expect, it } from 'vitest';
import { createReplyParser } from '../../../../src/runtime/docker/reply-parser.ts';

/** What the parser tells when the reply comes in pieces of the given size, and the connection ends after it. */
function read(reply: string, pieceSize = reply.length): string {
  let said = '';
  let body = '';
  const parser = createReplyParser({
    head: ({ status, headers }) => {
      said += `${status} ${JSON.stringify(headers)}`;
    },
    data: (bytes) => {
      body += Buffer.from(bytes).toString('latin1');
    },
    end: (rest, reusable) => {
      said += ` | ${body} | ${reusable ? 'kept' : 'closed'}${rest.length > 0 ? ` | ${rest}` : ''}`;
    },
  });
  try {
    for (let at = 0; at < reply.length; at += pieceSize)
      parser.push(Buffer.from(reply.slice(at, at + pieceSize), 'latin1'));
    parser.finish();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return `${said} | ${code}: ${message}`;
  }
  return said;
}

const ok = 'HTTP/1.1 200 OK\r\n';

describe('a reply', () => {
  it.each([
    ['of a given length', `${ok}Content-Length: 5\r\n\r\nhello`],
    ['without a body', `${ok}Content-Length: 0\r\n\r\n`],
    ['that has none by its status', 'HTTP/1.1 304 Not Modified\r\n\r\n'],
    [
      'in chunks',
      `${ok}Transfer-Encoding: chunked\r\n\r\n5;note=x\r\nhello\r\n00A\r\n, world!\r\n\r\n0\r\nTrailer: 1\r\n\r\n`,
    ],
    ['that lasts as long as the connection', `${ok}Content-Type: text/plain\r\n\r\nhello`],
    ['after an interim one', `HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 1\r\n\r\na`],
    ['with a header that comes twice', `${ok}A: 1\r\na:2\r\nContent-Length: 0\r\n\r\n`],
    ['that ends the connection', `${ok}Connection: close\r\nContent-Length: 1\r\n\r\na`],
    ['of an older server', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na'],
    ['that upgrades', 'HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n'],
  ])('%s is read alike however it is cut', (_, reply) => {
    const whole = read(reply);
    for (let size = 1; size < reply.length; size += 1) expect(read(reply, size)).toBe(whole);
    expect(whole).toMatchSnapshot();
  });

  it('gives what follows an upgrade to the connection', () => {
    expect(read('HTTP/1.1 101 UPGRADED\r\n\r\nfirst bytes')).toBe('101 {} |  | closed | first bytes');
  });

  it('is not taken for complete when the connection ends in the middle', () => {
    for (const part of ['', 'HTTP', ok, `${ok}Content-Length: 5\r\n\r\nhell`]) {
      expect(read(part)).toMatch(/ECONNRESET: socket hang up$/);
    }
    expect(read(`${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n`)).toMatch(/socket hang up$/);
  });

  it.each([
    ['SSH-2.0-OpenSSH\r\n', 'it does not begin with HTTP/1'],
    ['HTTP/1.1 banana\r\n\r\n', 'it has no status'],
    [`${ok}: 1\r\n\r\n`, 'a header has no name'],
    [`${ok}Content-Length: many\r\n\r\n`, 'its length is not a number'],
    [`${ok}Transfer-Encoding: chunked\r\n\r\nhello\r\n`, 'a chunk has no size'],
    [`${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nhello\r\n`, 'a chunk is longer than its size'],
    [`${ok}A: ${'a'.repeat(300_000)}`, 'its head has no end'],
  ])('%j is refused', (reply, reason) => {
    expect(read(reply)).toContain(`HPE_INVALID: no HTTP reply: ${reason}`);
  });
});
