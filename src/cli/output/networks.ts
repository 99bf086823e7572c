import { stripControl } from '../../core/text.ts';
import type { KeptNetwork } from '../../runtime/index.ts';
import { goTime } from './go-time.ts';
import { labelList, labelTitle } from './labels.ts';
import type { ListLayout, Row } from './rows.ts';

export const networkLayout: ListLayout = {
  table: '{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}',
  titles: { ID: 'NETWORK ID', CreatedAt: 'CREATED AT' },
  fields: ['CreatedAt', 'Driver', 'ID', 'IPv6', 'Internal', 'Labels', 'Name', 'Scope'],
  methods: { Label: labelTitle },
};

/** Networks as docker lists them. */
export function networkRows(
  networks: readonly KeptNetwork[],
  { noTrunc }: { readonly noTrunc: boolean },
): readonly Row[] {
  return networks.map(({ id, name, driver, scope, labels, internal, ipv6, createdAt }) => ({
    get CreatedAt() {
      return createdAt === undefined ? 'N/A' : goTime(createdAt);
    },
    Driver: driver,
    ID: noTrunc ? id : id.slice(0, 12),
    IPv6: String(ipv6),
    Internal: String(internal),
    Labels: labelList(labels),
    Name: stripControl(name),
    Scope: scope,
    Label: (key: string) => stripControl(labels[key] ?? ''),
  }));
}
