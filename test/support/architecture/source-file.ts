import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { blankOut } from './blank-out.ts';

/** One file of src/ as the rules see it. Paths are relative to the repository, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly Import[];
  /** The text with comments and the contents of strings turned into blanks, line by line as it was. */
  readonly code: string;
}

export interface Import {
  readonly line: number;
  readonly specifier: string;
  readonly kind: 'value' | 'type' | 'dynamic';
  readonly to: Target;
}

export type Target =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'builtin'; readonly name: string }
  | { readonly kind: 'package'; readonly name: string };

export function readSource(path: string, text: string): SourceFile {
  const withStrings = blankOut(text, { strings: false });
  return { path, imports: findImports(path, withStrings), code: blankOut(text, { strings: true }) };
}

const patterns: readonly (readonly [RegExp, (matched: RegExpMatchArray) => Import['kind']])[] = [
  [
    /\b(?:import|export)\s+(type\s)?[\w\s{},*$]*?\bfrom\s*['"]([^'"]+)['"]/g,
    (matched) => (matched[1] === undefined ? 'value' : 'type'),
  ],
  [/\bimport()\s*['"]([^'"]+)['"]/g, () => 'value'],
  [/\b(typeof\s+)?import\s*\(\s*['"]([^'"]+)['"]\s*\)/g, (matched) => (matched[1] ? 'type' : 'dynamic')],
];

function findImports(path: string, text: string): readonly Import[] {
  return patterns
    .flatMap(([pattern, kindOf]) =>
      [...text.matchAll(pattern)].map((matched) => ({
        line: lineAt(text, matched.index),
        specifier: matched[2] ?? '',
        kind: kindOf(matched),
        to: resolve(path, matched[2] ?? ''),
      })),
    )
    .sort((left, right) => left.line - right.line);
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function resolve(from: string, specifier: string): Target {
  if (specifier.startsWith('.')) {
    return { kind: 'file', path: posix.join(posix.dirname(from), specifier) };
  }
  if (isBuiltin(specifier)) return { kind: 'builtin', name: specifier.replace(/^node:/, '') };
  const name = specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1);
  return { kind: 'package', name: name.join('/') };
}
