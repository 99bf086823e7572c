import type { EndNews } from '../../scheduler/index.ts';

/** How docker compose tells of the end of a container's run. */
export function exitText(news: EndNews): string {
  return `exited with code ${news.exitCode}${news.restarting ? ' (restarting)' : ''}`;
}
