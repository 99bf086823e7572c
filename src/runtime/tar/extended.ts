import { damaged } from './header.ts';

/**
 * Records of a PAX header: `LENGTH KEY=VALUE\n`, where the length counts itself. One byte per character, since values
 * of attributes are bytes.
 */
export function parseRecords(body: Buffer, what: string): ReadonlyMap<string, string> {
  const records = new Map<string, string>();
  let position = 0;
  while (position < body.length) {
    const space = body.indexOf(0x20, position);
    const digits = space === -1 ? '' : body.toString('latin1', position, space);
    const end = /^[0-9]{1,9}$/.test(digits) ? position + Number(digits) : 0;
    if (end <= space || end > body.length || body[end - 1] !== 0x0a)
      throw damaged(what, 'an extended header of the archive has a record of a wrong length');
    const record = body.toString('latin1', space + 1, end - 1);
    const equals = record.indexOf('=');
    if (equals < 1) throw damaged(what, 'an extended header of the archive has a record without a name');
    records.set(record.slice(0, equals), record.slice(equals + 1));
    position = end;
  }
  return records;
}

export const attributePrefix = 'SCHILY.xattr.';

export function xattrsOf(records: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of records)
    if (key.startsWith(attributePrefix)) found.set(key.slice(attributePrefix.length), value);
  return found;
}

/** A number of a record; undefined when there is no such record. */
export function numberOf(
  records: ReadonlyMap<string, string>,
  key: string,
  what: string,
): number | undefined {
  const value = records.get(key);
  // An empty value takes an earlier one back.
  if (value === undefined || value === '') return undefined;
  const isTime = key === 'mtime';
  const number = (isTime ? /^-?\d+(?:\.\d*)?$/ : /^\d+$/).test(value) ? Number(value) : Number.NaN;
  if (!(isTime ? Number.isFinite(number) : Number.isSafeInteger(number)))
    throw damaged(what, `an extended header of the archive has ${JSON.stringify(value)} as ${key}`);
  return number;
}

/** Files with holes are listed in pieces; to write the list as the file would be wrong, so they are refused. */
export function isSparse(records: ReadonlyMap<string, string>): boolean {
  for (const key of records.keys()) if (key.startsWith('GNU.sparse.')) return true;
  return false;
}
