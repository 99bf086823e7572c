import { labels } from '../../core/labels.ts';
import { stripControl } from '../../core/text.ts';
import type { ObservedContainer } from '../../runtime/index.ts';
import { goQuote } from './go-quote.ts';
import { goTime } from './go-time.ts';
import { labelList, labelTitle } from './labels.ts';
import { comparePorts, formatPorts } from './ports.ts';
import { describeAge } from './quantities.ts';
import type { ListLayout, Row } from './rows.ts';
import { truncate } from './width.ts';

export interface PsOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Whole ids, commands and mounts. */
  readonly noTrunc: boolean;
}

/** Containers as `ps` lists them: docker compose's fields, in the order of its JSON. */
export function psRows(containers: readonly ObservedContainer[], options: PsOptions): readonly Row[] {
  return containers.map((container) => psRow(container, options));
}

export const psLayout: ListLayout = {
  table: '{{.Name}}\t{{.Image}}\t{{.Command}}\t{{.Service}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}',
  titles: { ID: 'CONTAINER ID', RunningFor: 'CREATED', CreatedAt: 'CREATED AT' },
  fields: [
    'Command',
    'CreatedAt',
    'ExitCode',
    'Health',
    'ID',
    'Image',
    'Labels',
    'LocalVolumes',
    'Mounts',
    'Name',
    'Names',
    'Networks',
    'Ports',
    'Project',
    'Publishers',
    'RunningFor',
    'Service',
    'Size',
    'State',
    'Status',
  ],
  methods: { Label: labelTitle },
};

function psRow(container: ObservedContainer, { now, noTrunc }: PsOptions): Row {
  const label = (key: string): string => stripControl(container.labels[key] ?? '');
  const createdAt = container.createdAt * 1000;
  const name = stripControl(container.name);
  const mounts = container.mounts.map((mount) => stripControl(mount.name ?? mount.source ?? ''));
  return {
    Command: goQuote(noTrunc ? container.command : truncate(container.command, 20)),
    get CreatedAt() {
      return goTime(createdAt);
    },
    ExitCode: container.exitCode ?? 0,
    Health: container.health === 'none' ? '' : container.health,
    ID: noTrunc ? container.id : container.id.slice(0, 12),
    Image: stripControl(container.image),
    Labels: labelList(container.labels),
    LocalVolumes: String(container.mounts.filter((mount) => mount.kind === 'volume').length),
    Mounts: mounts.map((mount) => (noTrunc ? mount : truncate(mount, 15))).join(','),
    Name: name,
    Names: name,
    Networks: container.networks.map((endpoint) => stripControl(endpoint.network)).join(','),
    Ports: formatPorts(container.ports),
    Project: label(labels.project),
    Publishers: [...container.ports].sort(comparePorts).map((port) => ({
      URL: port.hostIp ?? '',
      TargetPort: port.target,
      PublishedPort: port.published ?? 0,
      Protocol: port.protocol,
    })),
    RunningFor: `${describeAge(now - createdAt)} ago`,
    Service: label(labels.service),
    // The engine only computes sizes on request, and docker compose never asks.
    Size: '0B',
    State: container.state,
    Status: stripControl(container.status),
    Label: label,
  };
}

/** In byte order: docker's own order changes from call to call. */
