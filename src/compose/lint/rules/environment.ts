import { isSecretName } from '../../../core/secret-name.ts';
import { quote } from '../../../core/text.ts';
import { nodeAt } from '../../explain/find.ts';
import { variable } from '../../explain/variables.ts';
import { rawTextAt } from '../../explain/written.ts';
import { parseTemplate } from '../../interpolate/template.ts';
import { scalarText } from '../../model/scalars.ts';
import type { ModelPath } from '../../project.ts';
import { child, isText, type Node, type Origin, type ScalarNode } from '../../tree/node.ts';
import { type Finding, type Rule, type Subject, serviceRule, sourceTextOf } from '../subject.ts';

/** Variables of containers: secrets, and values that do not arrive as they were written. */
export const environmentRules: readonly Rule[] = [
  serviceRule(function* plainSecret({ name, environment }, subject, path) {
    for (const [key, value] of environment ?? []) {
      if (value === null || value === '' || !isSecretName(key) || isPlaceholder(value)) continue;
      const place: ModelPath = [...path, 'environment', key];
      const node = nodeAt(subject.tree, place);
      // What comes from an env file or a variable is not in the Compose file.
      if (
        node?.kind !== 'scalar' ||
        isTakenOver(node, key) ||
        rawTextAt(node.origin, subject.trace)?.includes('$') === true
      )
        continue;
      yield {
        code: 'lint.plain-secret',
        severity: 'warning',
        path: place,
        message: `services.${name}: the value of ${key} stands in the file, where everybody who has the file reads it`,
        hint: `Write "${key}: \${${key}:?}" and set it in a .env file that is not committed, or use secrets.`,
      };
    }
  }),

  function sameVariableTwice({ trace }) {
    return trace.documents.flatMap(({ values }) => {
      const services = child(values, 'services');
      if (services?.kind !== 'mapping') return [];
      return [...services.entries].flatMap(([name, { value }]) => twiceIn(name, child(value, 'environment')));
    });
  },

  function numberRewritten({ trace }) {
    return trace.documents.flatMap(({ values }) => {
      const services = child(values, 'services');
      if (services?.kind !== 'mapping') return [];
      return [...services.entries].flatMap(([name, { value }]) => [
        ...rewrittenIn(['services', name, 'environment'], child(value, 'environment')),
        ...rewrittenIn(['services', name, 'labels'], child(value, 'labels')),
        ...rewrittenIn(['services', name, 'build', 'args'], child(child(value, 'build'), 'args')),
      ]);
    });
  },

  swallowedDollar,

  serviceRule(function* envFileShadowed({ name, environment }, { trace, tree }, path) {
    for (const file of trace.serviceFiles) {
      if (file.service !== name || file.into !== 'environment') continue;
      for (const [key, { value, at }] of file.entries) {
        const place: ModelPath = [...path, 'environment', key];
        const node = nodeAt(tree, place);
        if (value === '' || environment?.get(key) !== '' || node?.kind !== 'scalar' || node.value !== '')
          continue;
        const { line } = at.source.pointAt(at.start);
        yield {
          code: 'lint.env-file-shadowed',
          severity: 'warning',
          path: place,
          message: `services.${name}: ${key} of ${at.source.file}:${line} is lost, because environment sets it to nothing`,
          hint: `Remove ${key} from environment. Files of env_file set variables in the container, not those of \${…}.`,
        };
      }
    }
  }),

  serviceRule(function* localhostDatabase({ name, environment, network_mode: mode }, subject, path) {
    if (mode !== undefined && mode !== '') return;
    for (const [key, value] of environment ?? []) {
      const match = databaseAddress.exec(value ?? '');
      const place: ModelPath = [...path, 'environment', key];
      if (match === null || nodeAt(subject.tree, place) === undefined) continue;
      yield {
        code: 'lint.localhost-database',
        severity: 'warning',
        path: place,
        message: `services.${name}: ${key} leads to ${match[2]}, which in a container is the container itself`,
        hint: `Use the name of the service: "${match[1]}://db:…".`,
      };
    }
  }),
];

const databaseAddress =
  /^(postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?)(?:\+\w+)?:\/\/(?:[^@/]*@)?(localhost|127\.0\.0\.1)(?=[:/]|$)/;

/** `KEY` without a value, which the environment of the process gives. */
function isTakenOver(node: ScalarNode, key: string): boolean {
  return ['', 'null', '~', key].includes(sourceTextOf(node).replaceAll(/^["']|["']$/g, ''));
}

function isPlaceholder(value: string): boolean {
  return /^(?:true|false|yes|no|0|1)$/i.test(value) || /^(?:\/run\/secrets\/|<.*>$)/.test(value);
}

function twiceIn(service: string, environment: Node | undefined): readonly Finding[] {
  if (environment?.kind !== 'sequence') return [];
  const seen = new Map<string, string>();
  return environment.items.flatMap((item): readonly Finding[] => {
    if (!isText(item)) return [];
    const [key = ''] = item.value.split('=', 1);
    const earlier = seen.get(key);
    seen.set(key, item.value);
    if (earlier === undefined || earlier === item.value) return [];
    return [
      {
        code: 'lint.same-variable-twice',
        severity: 'warning',
        path: ['services', service, 'environment', key],
        at: item.origin,
        message: `services.${service}: ${key} is set twice in one list, and only this last value counts`,
        hint: 'Remove the one that is not meant.',
      },
    ];
  });
}

function rewrittenIn(path: ModelPath, values: Node | undefined): readonly Finding[] {
  if (values?.kind !== 'mapping') return [];
  return [...values.entries].flatMap(([key, { value }]): readonly Finding[] => {
    if (value.kind !== 'scalar' || (value.type !== 'int' && value.type !== 'float')) return [];
    const [written, becomes] = [sourceTextOf(value), scalarText(value)];
    if (written === '' || !/^[-+.\d]/.test(written) || written === becomes) return [];
    return [
      {
        code: 'lint.number-rewritten',
        severity: 'warning',
        path: [...path, key],
        at: value.origin,
        message: `${path.join('.')}.${key} is a number to YAML: ${written} becomes ${quote(becomes)}`,
        hint: `Quote it: "${written}".`,
      },
    ];
  });
}

/** `pa$word`: the name behind a dollar sign in the middle of a text, which nobody has set. */
function swallowedDollar(subject: Subject): readonly Finding[] {
  const { trace, environment, project } = subject;
  const findings: Finding[] = [];
  for (const { root, environment: files } of trace.written) {
    visit(root, (node, path) => {
      if (!isText(node) || !node.value.includes('$')) return;
      const name = swallowed(node.value, (each) => {
        return variable(each, files, { environment, projectName: project.name }).value !== undefined;
      });
      if (name === undefined) return;
      findings.push({
        code: 'lint.swallowed-dollar',
        severity: 'warning',
        path,
        at: narrowed(node.origin, `$${name}`),
        message: `${JSON.stringify(`$${name}`)} in the middle of this text is a variable that is not set: the text loses it`,
        hint: `Write "$$${name}" for the dollar sign itself, or "\${${name}}" if the variable is meant.`,
      });
    });
  }
  return findings;
}

function swallowed(text: string, isSet: (name: string) => boolean): string | undefined {
  const parts = parseTemplate(text);
  if ('invalid' in parts) return undefined;
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'string' || part.operator !== undefined || isSet(part.name)) continue;
    const [before, after] = [parts[index - 1], parts[index + 1]];
    const inWord = typeof before === 'string' && /[\p{L}\p{N}!%&*#@]$/u.test(before);
    if (inWord && text.includes(`${before.slice(-1)}$${part.name}`)) return part.name;
    // A password's digest: $apr1$salt$digest.
    if (after !== undefined && typeof after !== 'string' && !isSet(after.name)) {
      if (text.includes(`$${part.name}$${after.name}`)) return part.name;
    }
  }
  return undefined;
}

function narrowed(at: Origin, fragment: string): Origin {
  const start = at.source.text.indexOf(fragment, at.start);
  return start === -1 || start >= at.end ? at : { ...at, start, end: start + fragment.length };
}

function visit(node: Node, see: (node: Node, path: ModelPath) => void, path: ModelPath = []): void {
  see(node, path);
  if (node.kind === 'sequence')
    for (const [index, item] of node.items.entries()) visit(item, see, [...path, index]);
  if (node.kind === 'mapping') for (const [key, { value }] of node.entries) visit(value, see, [...path, key]);
}
