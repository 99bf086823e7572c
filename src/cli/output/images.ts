import { stripControl } from '../../core/text.ts';
import type { KeptImage } from '../../runtime/index.ts';
import { goTime } from './go-time.ts';
import { describeAge } from './quantities.ts';
import type { ListLayout, Row } from './rows.ts';
import { formatSize } from './sizes.ts';

export interface ImageRowsOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly noTrunc: boolean;
  /** A row for each digest of an image without tags, and digests in the table. */
  readonly digests: boolean;
}

/** Images as docker lists them: one row for each tag. */
export function imageRows(images: readonly KeptImage[], options: ImageRowsOptions): readonly Row[] {
  return images.flatMap((image) => imageNames(image.observed).map((name) => imageRow(image, name, options)));
}

export function imageLayout(digests: boolean): ListLayout {
  const digest = digests ? '{{.Digest}}\t' : '';
  return {
    table: `{{.Repository}}\t{{.Tag}}\t${digest}{{.ID}}\t{{.CreatedSince}}\t{{.Size}}`,
    titles: { ID: 'IMAGE ID', CreatedSince: 'CREATED', CreatedAt: 'CREATED AT' },
    fields: [
      'Containers',
      'CreatedAt',
      'CreatedSince',
      'Digest',
      'ID',
      'Repository',
      'SharedSize',
      'Size',
      'Tag',
      'UniqueSize',
      'VirtualSize',
    ],
  };
}

/** `7.21MB`, `133MB`: powers of 1000, three digits, as docker prints sizes of images. */
export function formatImageSize(bytes: number): string {
  return formatSize(bytes, 3);
}

/** `1.985MB`: with four digits, as docker prints what the disk holds. */
export function formatDiskSize(bytes: number): string {
  return formatSize(bytes, 4);
}

const none = '<none>';

interface ImageName {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** A name for each tag, else for each digest; one that says so for an image without either. */
export function imageNames({
  tags,
  repoDigests,
}: Pick<KeptImage['observed'], 'tags' | 'repoDigests'>): readonly ImageName[] {
  const digestOf = (repository: string): string =>
    repoDigests.find((name) => name.startsWith(`${repository}@`))?.slice(repository.length + 1) ?? none;
  if (tags.length > 0) {
    return tags.map((name) => {
      const colon = name.lastIndexOf(':');
      const repository = name.slice(0, colon);
      return { repository, tag: name.slice(colon + 1), digest: digestOf(repository) };
    });
  }
  if (repoDigests.length === 0) return [{ repository: none, tag: none, digest: none }];
  return repoDigests.map((name) => {
    const at = name.indexOf('@');
    return { repository: name.slice(0, at), tag: none, digest: name.slice(at + 1) };
  });
}

function imageRow(image: KeptImage, name: ImageName, { now, noTrunc }: ImageRowsOptions): Row {
  const { size, createdAt, observed } = image;
  const sizeText = formatImageSize(size);
  return {
    Containers: 'N/A',
    get CreatedAt() {
      return createdAt === undefined ? 'N/A' : goTime(createdAt);
    },
    CreatedSince: createdAt === undefined ? 'N/A' : `${describeAge(now - createdAt)} ago`,
    Digest: name.digest,
    ID: noTrunc ? observed.id : observed.id.slice('sha256:'.length, 'sha256:'.length + 12),
    Repository: stripControl(name.repository),
    SharedSize: 'N/A',
    Size: sizeText,
    Tag: stripControl(name.tag),
    UniqueSize: 'N/A',
    VirtualSize: sizeText,
  };
}
