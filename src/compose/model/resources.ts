import type { FileObject, IpamPool, Model, Network, Volume } from '../project.ts';
import { list, listOfText, mappingOfText, mappingOfTextOrInt } from './collections.ts';
import { bool, int, text } from './scalars.ts';
import { field, struct } from './struct.ts';

/** Top-level networks, volumes, configs, secrets and models, in the order in which they are written and hashed. */
export const network = struct<Network>([
  field('name', text),
  field('driver', text),
  field('driver_opts', mappingOfText),
  field(
    'ipam',
    struct<Network['ipam']>([
      field('options', mappingOfText, 'hidden'),
      field('driver', text),
      field(
        'config',
        list(
          struct<IpamPool>(
            [
              field('subnet', text),
              field('gateway', text),
              field('ip_range', text),
              field('aux_addresses', mappingOfText),
            ],
            { extensible: false },
          ),
        ),
      ),
    ]),
    'zero',
    { jsonDefault: new Map() },
  ),
  field('external', bool),
  field('internal', bool),
  field('attachable', bool),
  field('labels', mappingOfText),
  field('enable_ipv4', bool, 'absent'),
  field('enable_ipv6', bool, 'absent'),
]);

export const volume = struct<Volume>([
  field('name', text),
  field('driver', text),
  field('driver_opts', mappingOfText),
  field('external', bool),
  field('labels', mappingOfText),
]);

const fileObject = [
  field('name', text),
  field('file', text),
  field('environment', text),
  field('content', text),
  field('external', bool),
  field('labels', mappingOfText),
  field('driver', text),
  field('driver_opts', mappingOfTextOrInt),
  field('template_driver', text),
];

export const config = struct<FileObject>(fileObject);
export const secret = struct<FileObject>(fileObject);

export const model = struct<Model>([
  field('name', text),
  field('model', text),
  field('context_size', int),
  field('runtime_flags', listOfText),
]);
