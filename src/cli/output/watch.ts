import { stripControl } from '../../core/text.ts';
import type { WatchNews } from '../../scheduler/index.ts';

export interface WatchLine {
  readonly stream: 'stdout' | 'stderr';
  /** With its ends of lines. */
  readonly text: string | Uint8Array;
}

/** What a watch tells, in docker compose's words where it has some; nothing for what it is silent about. */
export function watchLine(news: WatchNews): WatchLine | undefined {
  switch (news.kind) {
    case 'enabled':
      return line('Watch enabled');
    case 'disabled':
      return line('Watch disabled');
    case 'syncing':
      return line(`Syncing service "${news.service}" after ${news.changes} changes were detected`);
    case 'restarted':
      return line(`service(s) ["${news.service}"] restarted`);
    case 'rebuilding':
      return line(`Rebuilding service(s) ["${news.service}"] after changes were detected...`);
    case 'rebuilt':
      return line(`service(s) ["${news.service}"] successfully built`);
    case 'output':
      return { stream: news.chunk.stream, text: news.chunk.data };
    case 'trouble': {
      const hint = news.hint === undefined ? '' : `hint: ${stripControl(news.hint)}\n`;
      return { stream: 'stderr', text: `warning: ${stripControl(news.message)}\n${hint}` };
    }
    case 'synced':
      return undefined;
  }
}

function line(text: string): WatchLine {
  return { stream: 'stdout', text: `${text}\n` };
}
