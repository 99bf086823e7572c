import { stripControl } from '../../core/text.ts';
import type { EngineUsage } from '../../runtime/index.ts';
import { goQuote } from './go-quote.ts';
import { formatDiskSize, imageNames } from './images.ts';
import { describeAge } from './quantities.ts';
import type { ListLayout, Row } from './rows.ts';
import { truncate } from './width.ts';

export const usageLayout: ListLayout = {
  table: '{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}',
  titles: { TotalCount: 'TOTAL' },
  fields: ['Active', 'Reclaimable', 'Size', 'TotalCount', 'Type'],
};

/** What of the disk is taken and what a prune could free, in the words of `docker system df`. */
export function usageRows({ layers, images, containers, volumes, cache }: EngineUsage): readonly Row[] {
  const usedLayers = sum(
    images.filter((image) => image.containers > 0),
    ({ size, shared }) => size - shared,
  );
  const idle = containers.filter(({ container: { state } }) => !alive.has(state));
  const own = cache.filter(({ shared }) => !shared);
  return [
    usageRow('Images', images.length, images.filter((image) => image.containers > 0).length, {
      size: layers,
      free: Math.max(0, layers - usedLayers),
    }),
    usageRow('Containers', containers.length, containers.length - idle.length, {
      size: sum(containers, ({ size }) => size),
      free: sum(idle, ({ size }) => size),
    }),
    usageRow('Local Volumes', volumes.length, volumes.filter((volume) => volume.containers > 0).length, {
      size: sum(volumes, ({ size }) => size ?? 0),
      free: sum(
        volumes.filter((volume) => volume.containers === 0),
        ({ size }) => size ?? 0,
      ),
    }),
    {
      ...usageRow('Build Cache', cache.length, cache.filter(({ inUse }) => inUse).length, {
        size: sum(own, ({ size }) => size),
        free: 0,
      }),
      Reclaimable: formatDiskSize(
        sum(
          own.filter(({ inUse }) => !inUse),
          ({ size }) => size,
        ),
      ),
    },
  ];
}

const alive: ReadonlySet<string> = new Set(['running', 'paused', 'restarting']);

function usageRow(
  type: string,
  total: number,
  active: number,
  { size, free }: { readonly size: number; readonly free: number },
): Row {
  const percent = size > 0 ? ` (${Math.floor((free * 100) / size)}%)` : '';
  return {
    Active: String(active),
    Reclaimable: `${formatDiskSize(free)}${percent}`,
    Size: formatDiskSize(size),
    TotalCount: String(total),
    Type: type,
  };
}

/** One list of `system df -v`. */
export interface UsageSection {
  readonly key: string;
  readonly title: string;
  readonly layout: ListLayout;
  readonly rows: readonly Row[];
}

export function usageSections(usage: EngineUsage, now: number): readonly UsageSection[] {
  const ago = (moment: number | undefined): string =>
    moment === undefined || Number.isNaN(moment) ? 'N/A' : `${describeAge(now - moment)} ago`;
  const cacheSize = sum(
    usage.cache.filter(({ shared }) => !shared),
    ({ size }) => size,
  );
  return [
    {
      key: 'Images',
      title: 'Images space usage:',
      layout: section({ ID: 'IMAGE ID', CreatedSince: 'CREATED' }, imageFields),
      rows: usage.images.flatMap((image) =>
        imageNames(image).map(({ repository, tag }) => ({
          Repository: stripControl(repository),
          Tag: stripControl(tag),
          ID: image.id.replace('sha256:', '').slice(0, 12),
          CreatedSince: ago(image.createdAt),
          Size: formatDiskSize(image.size),
          SharedSize: formatDiskSize(image.shared),
          UniqueSize: formatDiskSize(image.size - image.shared),
          Containers: String(image.containers),
        })),
      ),
    },
    {
      key: 'Containers',
      title: 'Containers space usage:',
      layout: section({ ID: 'CONTAINER ID', RunningFor: 'CREATED' }, containerFields),
      rows: usage.containers.map(({ container, size }) => ({
        ID: container.id.slice(0, 12),
        Image: stripControl(container.image),
        Command: goQuote(truncate(container.command, 20)),
        LocalVolumes: String(container.mounts.filter(({ kind }) => kind === 'volume').length),
        Size: formatDiskSize(size),
        RunningFor: ago(container.createdAt * 1000),
        Status: stripControl(container.status),
        Names: stripControl(container.name),
      })),
    },
    {
      key: 'Volumes',
      title: 'Local Volumes space usage:',
      layout: section({ Name: 'VOLUME NAME' }, ['Name', 'Links', 'Size']),
      rows: usage.volumes.map(({ name, containers, size }) => ({
        Name: stripControl(name),
        Links: String(containers),
        Size: size === undefined ? 'N/A' : formatDiskSize(size),
      })),
    },
    {
      key: 'BuildCache',
      title: `Build cache usage: ${formatDiskSize(cacheSize)}`,
      layout: section(
        {
          ID: 'CACHE ID',
          CacheType: 'CACHE TYPE',
          CreatedSince: 'CREATED',
          LastUsedSince: 'LAST USED',
          UsageCount: 'USAGE',
        },
        ['ID', 'CacheType', 'Size', 'CreatedSince', 'LastUsedSince', 'UsageCount', 'Shared'],
      ),
      rows: usage.cache.map((each) => ({
        ID: each.id.slice(0, 12),
        CacheType: each.type,
        Size: formatDiskSize(each.size),
        CreatedSince: ago(Date.parse(each.createdAt ?? '')),
        LastUsedSince: each.lastUsedAt === undefined ? '' : ago(Date.parse(each.lastUsedAt)),
        UsageCount: String(each.uses),
        Shared: String(each.shared),
      })),
    },
  ];
}

const imageFields = 'Repository Tag ID CreatedSince Size SharedSize UniqueSize Containers'.split(' ');
const containerFields = 'ID Image Command LocalVolumes Size RunningFor Status Names'.split(' ');

function section(titles: Readonly<Record<string, string>>, fields: readonly string[]): ListLayout {
  return { table: fields.map((field) => `{{.${field}}}`).join('\t'), titles, fields };
}

function sum<Item>(items: readonly Item[], number: (item: Item) => number): number {
  return items.reduce((total, item) => total + number(item), 0);
}
