import { stripControl } from '../../core/text.ts';
import type { ContainerImage } from '../../scheduler/index.ts';
import { formatImageSize } from './images.ts';
import { describeAge } from './quantities.ts';
import { composeTable, renderTable } from './table.ts';
import { toGoJson } from './template/index.ts';

const columns = ['CONTAINER', 'REPOSITORY', 'TAG', 'PLATFORM', 'IMAGE ID', 'SIZE', 'CREATED'];

/** Images of containers as docker compose lists them; `now`: Unix time in milliseconds. */
export function containerImagesTable(listed: readonly ContainerImage[], now: number): string {
  const rows = listed.map(({ container, image, name }) =>
    [
      container.name,
      name?.repository ?? '<none>',
      name?.tag ?? '<none>',
      platformOf(image),
      idOf({ container, image }).slice(0, 12),
      image === undefined ? 'N/A' : formatImageSize(image.size),
      image?.createdAt === undefined ? 'N/A' : `${describeAge(now - image.createdAt)} ago`,
    ].map(stripControl),
  );
  return renderTable(columns, rows, composeTable);
}

/** One array, in docker compose's fields. */
export function containerImagesJson(listed: readonly ContainerImage[]): string {
  const images = listed.map(({ container, image, name }) => ({
    ID: image?.observed.id ?? container.imageId,
    ContainerName: container.name,
    Repository: name?.repository ?? '',
    Tag: name?.tag ?? '',
    Platform: platformOf(image),
    Size: image?.size ?? 0,
    ...timeField('Created', image?.createdAt),
    ...timeField('LastTagTime', image?.observed.taggedAt),
  }));
  return `${toGoJson(images)}\n`;
}

/** Each id once. */
export function containerImageIds(listed: readonly ContainerImage[]): string {
  return [...new Set(listed.map(idOf))].map((id) => `${id}\n`).join('');
}

function idOf({ container, image }: Pick<ContainerImage, 'container' | 'image'>): string {
  return (image?.observed.id ?? container.imageId).replace(/^sha256:/, '');
}

function platformOf(image: ContainerImage['image']): string {
  return image === undefined
    ? ''
    : [image.os, image.architecture, image.variant].filter((part) => part !== undefined).join('/');
}

function timeField(name: string, milliseconds: number | undefined): Readonly<Record<string, string>> {
  return milliseconds === undefined
    ? {}
    : { [name]: new Date(milliseconds).toISOString().replace(/\.?0+Z$/, 'Z') };
}
