export type { WatchNews } from './news.ts';
export { ignoreFileLines } from './patterns.ts';
export { mountedRules, realPath, type WatchedRule, watchRules } from './rules.ts';
export { Watch } from './watch.ts';
