import type { FileSpec } from './spec.ts';

export function fileBytes({ content }: Pick<FileSpec, 'content'>): Buffer {
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
}
