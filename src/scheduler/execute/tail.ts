const mostLines = 10;
const mostBytes = 2048;

/** Keeps the end of an output: as much as docker compose shows of a hook. */
export class Tail {
  #text = '';
  readonly #decoder = new TextDecoder();

  add(data: Uint8Array): void {
    this.#text = (this.#text + this.#decoder.decode(data, { stream: true })).slice(-mostBytes);
  }

  lines(): readonly string[] {
    const text = this.#text.trimEnd();
    return text === '' ? [] : text.split(/\r?\n/).slice(-mostLines);
  }
}
