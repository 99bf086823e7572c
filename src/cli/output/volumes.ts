import { stripControl } from '../../core/text.ts';
import type { KeptVolume } from '../../runtime/index.ts';
import { labelList, labelTitle } from './labels.ts';
import type { ListLayout, Row } from './rows.ts';

export const volumeLayout: ListLayout = {
  table: '{{.Driver}}\t{{.Name}}',
  titles: { Name: 'VOLUME NAME' },
  fields: [
    'Availability',
    'Driver',
    'Group',
    'Labels',
    'Links',
    'Mountpoint',
    'Name',
    'Scope',
    'Size',
    'Status',
  ],
  methods: { Label: labelTitle },
};

/** Volumes as docker lists them. */
export function volumeRows(volumes: readonly KeptVolume[]): readonly Row[] {
  return volumes.map(({ name, driver, scope, labels, mountpoint }) => ({
    Availability: 'N/A',
    Driver: driver,
    Group: 'N/A',
    Labels: labelList(labels),
    Links: 'N/A',
    Mountpoint: stripControl(mountpoint),
    Name: stripControl(name),
    Scope: scope,
    Size: 'N/A',
    Status: 'N/A',
    Label: (key: string) => stripControl(labels[key] ?? ''),
  }));
}
