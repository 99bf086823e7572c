import { stripControl } from '../../core/text.ts';
import type { ImageStep } from '../../runtime/index.ts';
import { goRfc3339 } from './go-time.ts';
import { formatImageSize } from './images.ts';
import { describeAge } from './quantities.ts';
import type { ListLayout, Row } from './rows.ts';
import { truncate } from './width.ts';

export interface HistoryRowsOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Sizes and times in words. */
  readonly human: boolean;
  readonly noTrunc: boolean;
}

/** Columns of an instruction that docker shows. */
const widestStep = 45;

/** The steps of an image as docker lists them. */
export function historyRows(
  steps: readonly ImageStep[],
  { now, human, noTrunc }: HistoryRowsOptions,
): readonly Row[] {
  return steps.map(({ id, createdAt, by, size, comment }) => {
    const created = createdAt === undefined ? '' : goRfc3339(createdAt);
    const step = stripControl(by.replaceAll('\t', ' '));
    return {
      Comment: stripControl(comment),
      CreatedAt: created,
      CreatedBy: noTrunc ? step : truncate(step, widestStep),
      CreatedSince: human ? since(createdAt, now) : created,
      ID: id === undefined ? '<missing>' : noTrunc ? id : id.replace(/^sha256:/, '').slice(0, 12),
      Size: human ? formatImageSize(size) : String(size),
    };
  });
}

function since(createdAt: number | undefined, now: number): string {
  return createdAt === undefined ? 'N/A' : `${describeAge(now - createdAt)} ago`;
}

export function historyLayout(human: boolean): ListLayout {
  return {
    table: `{{.ID}}\t{{.Created${human ? 'Since' : 'At'}}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}`,
    titles: { ID: 'IMAGE', CreatedSince: 'CREATED', CreatedAt: 'CREATED AT', CreatedBy: 'CREATED BY' },
    fields: ['Comment', 'CreatedAt', 'CreatedBy', 'CreatedSince', 'ID', 'Size'],
  };
}
