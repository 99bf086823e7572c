import type { CaseFile, ProjectCase } from './project-case.ts';
import { plain, type Yaml, type YamlMap } from './yaml-tree.ts';

/** Makes a case smaller as long as `fails` still holds; asks it at most `limit` times. */
export async function shrinkCase(
  start: ProjectCase,
  fails: (smaller: ProjectCase) => Promise<boolean>,
  limit = 400,
): Promise<ProjectCase> {
  let best = start;
  let asked = 0;
  for (let progress = true; progress; ) {
    progress = false;
    // Steps are made anew from every smaller case; `skip` goes on where the last one was found.
    for (let skip = 0; ; ) {
      const step = nth(smallerCases(best), skip);
      if (step === undefined) break;
      asked += 1;
      if (asked > limit) return best;
      if (await fails(step)) {
        best = step;
        progress = true;
      } else skip += 1;
    }
  }
  return best;
}

function nth<T>(items: Iterable<T>, index: number): T | undefined {
  let at = 0;
  for (const item of items) {
    if (at === index) return item;
    at += 1;
  }
  return undefined;
}

function* smallerCases(given: ProjectCase): Generator<ProjectCase> {
  for (const key of ['composeFiles', 'envFiles', 'profiles', 'services'] as const) {
    for (const shorter of without(given[key])) yield { ...given, [key]: shorter };
  }
  if (given.projectName !== undefined) {
    const { projectName: _, ...rest } = given;
    yield rest;
  }
  if (given.projectDirectory !== undefined) {
    const { projectDirectory: _, ...rest } = given;
    yield rest;
  }
  for (const name of given.environment.keys()) {
    const environment = new Map(given.environment);
    environment.delete(name);
    yield { ...given, environment };
  }
  for (const path of given.files.keys()) {
    const files = new Map(given.files);
    files.delete(path);
    yield { ...given, files };
  }
  for (const [path, file] of given.files) {
    for (const smaller of smallerFiles(file))
      yield { ...given, files: new Map(given.files).set(path, smaller) };
  }
}

function* smallerFiles(file: CaseFile): Generator<CaseFile> {
  if ('lines' in file) {
    for (const lines of without(file.lines)) yield { lines };
    return;
  }
  for (const documents of without(file)) if (documents.length > 0) yield documents;
  for (const [index, document] of file.entries()) {
    for (const smaller of smallerTrees(document)) yield file.with(index, smaller);
  }
}

/** Big cuts first: halves, then single items, then what is inside the items. */
function* smallerTrees(node: Yaml): Generator<Yaml> {
  if (node.kind === 'alias') return;
  if (node.tag !== undefined) {
    const { tag: _, ...rest } = node;
    yield rest as Yaml;
  }
  if (node.anchor !== undefined) {
    const { anchor: _, ...rest } = node;
    yield rest as Yaml;
  }
  if (node.kind === 'map') {
    for (const entries of without(node.entries)) yield { ...node, entries };
    for (const [index, entry] of node.entries.entries()) {
      const replaced = (value: Yaml): YamlMap => ({
        ...node,
        entries: node.entries.with(index, { key: entry.key, value }),
      });
      if (entry.comment !== undefined) yield replaced(entry.value);
      for (const smaller of smallerTrees(entry.value)) yield replaced(smaller);
    }
  } else if (node.kind === 'list') {
    for (const items of without(node.items)) yield { ...node, items };
    if (node.items.length === 1 && node.items[0] !== undefined) yield node.items[0];
    for (const [index, item] of node.items.entries()) {
      for (const smaller of smallerTrees(item)) yield { ...node, items: node.items.with(index, smaller) };
    }
  } else {
    if (node.text.length > 1) {
      yield plain('x');
      for (const text of without([...node.text].slice(0, 40)))
        yield { ...node, text: `${text.join('')}${[...node.text].slice(40).join('')}` };
    }
    if (node.style !== 'plain') yield { ...node, style: 'plain' };
  }
}

function* without<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let size = items.length; size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let start = 0; start < items.length; start += size) {
      yield [...items.slice(0, start), ...items.slice(start + size)];
    }
  }
}
