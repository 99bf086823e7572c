import { findCycles } from './cycles.ts';
import { type Import, lineAt, type SourceFile } from './source-file.ts';

/** `src/network/x.ts:3 network must not import volumes`: one broken rule at one place. */
export type Violation = string;

/** Every rule of the import graph; docs: DESIGN section "Layout" and CONTRIBUTING. Each looks at all files at once. */
export const rules = {
  layers: (files) =>
    imports(files).flatMap(([file, use]) => {
      const [from, to] = [areaOf(file.path), targetArea(use)];
      if (to === undefined || from === to || layerOf(to) < layerOf(from)) return [];
      return [at(file, use.line, `${from} must not import ${to}: ${layerText}`)];
    }),

  knownAreas: (files) =>
    files
      .filter(({ path }) => layerOf(areaOf(path)) === -1)
      .map((file) => at(file, 1, `${areaOf(file.path)} is in no layer: ${layerText}`)),

  faces: (files) =>
    imports(files).flatMap(([file, use]) => {
      const to = targetArea(use);
      if (to === undefined || to === areaOf(file.path) || openAreas.has(to)) return [];
      if (use.to.kind === 'file' && use.to.path === `src/${to}/index.ts`) return [];
      // The engine in memory is a product of its own, beside the port that it implements.
      if (file.path === 'src/index.ts' && use.specifier === './runtime/fake/index.ts') return [];
      return [at(file, use.line, `import ${to} by its index.ts, not ${use.specifier}`)];
    }),

  existingFiles: (files) => {
    const paths = new Set(files.map(({ path }) => path));
    return imports(files).flatMap(([file, use]) =>
      use.to.kind !== 'file' || paths.has(use.to.path)
        ? []
        : [at(file, use.line, `${use.specifier} is no file of src`)],
    );
  },

  drivers: (files) =>
    imports(files).flatMap(([file, use]) => {
      const driver = use.to.kind === 'file' ? driverOf(use.to.path) : undefined;
      if (driver === undefined || driverOf(file.path) === driver) return [];
      if (file.path === 'src/runtime/connect.ts') return [];
      if (file.path === 'src/index.ts' && driver === 'fake') return [];
      return [at(file, use.line, `only src/runtime/connect.ts may import the driver ${driver}`)];
    }),

  genericImports: (files) =>
    imports(files).flatMap(([file, use]) => {
      const part = genericPart(file.path);
      if (part === undefined || (use.to.kind === 'file' && mayGenericImport(part, use.to.path))) return [];
      return [at(file, use.line, `${part} is generic: it imports core only, not ${use.specifier}`)];
    }),

  genericWords: (files) =>
    files.flatMap((file) => {
      const part = genericPart(file.path);
      if (part === undefined) return [];
      return words(file, /[\w$]*(?:container|service|docker|network|volume|image)[\w$]*/gi, (word) => {
        return `${part} is generic: it knows no "${word}"`;
      });
    }),

  oneImporter: (files) => {
    const uses = imports(files).flatMap(([file, use]) =>
      use.to.kind === 'package' ? [{ file, use, name: use.to.name }] : [],
    );
    return uses.flatMap(({ file, use, name }) => {
      const importer = (uses.find((other) => other.name === name && other.use.kind !== 'type') ?? { file })
        .file;
      if (importer === file || (use.kind === 'type' && folderOf(importer) === folderOf(file))) return [];
      return [at(file, use.line, `${name} has its one importer in ${importer.path}`)];
    });
  },

  processOnlyInCli: (files) => {
    const outside = files.filter((file) => areaOf(file.path) !== 'cli' && !bindsProcess(file));
    return [
      ...outside.flatMap((file) => words(file, /(?<![\w$.])process\s*(?:\?\.|\.|\[)/g, () => processText)),
      ...outside.flatMap((file) => words(file, /\bglobalThis\s*\.\s*process\b/g, () => processText)),
      ...imports(outside).flatMap(([file, use]) =>
        use.to.kind === 'builtin' && use.to.name === 'process' ? [at(file, use.line, processText)] : [],
      ),
    ];
  },

  noInputOutput: (files) =>
    imports(files).flatMap(([file, use]) => {
      if (use.to.kind !== 'builtin' || !withoutInputOutput.has(areaOf(file.path))) return [];
      if (file.path === fileReader) return [];
      if (harmlessBuiltins.has(use.to.name)) return [];
      return [at(file, use.line, `${areaOf(file.path)} does no input or output: not ${use.specifier}`)];
    }),

  pure: (files) =>
    files.flatMap((file) =>
      pureParts.some((part) => file.path.startsWith(`src/${part}/`))
        ? words(
            file,
            impure,
            (word) => `${file.path} is pure: it does not use ${word.replace(/\s|\($/g, '')}`,
          )
        : [],
    ),

  noCycles: (files) =>
    findCycles(files).map(
      (cycle) => `${cycle[0]}:1 [noCycles] files import one another: ${cycle.join(' -> ')}`,
    ),
} as const satisfies Record<string, (files: readonly SourceFile[]) => readonly Violation[]>;

/** Loading is the one stage that reads files, and this is where it does. */
const fileReader = 'src/compose/source/node-files.ts';

export type RuleName = keyof typeof rules;

/** Everything that is wrong, each as `file:line [rule] what to keep to`. */
export function violations(files: readonly SourceFile[]): readonly string[] {
  return Object.entries(rules).flatMap(([name, rule]) =>
    rule(files).map((violation) => violation.replace(/^(\S+) (?!\[)/, `$1 [${name}] `)),
  );
}

const layers = [
  ['core'],
  ['compose'],
  ['network', 'volumes', 'images'],
  ['runtime'],
  ['scheduler'],
  ['index.ts'],
  ['cli'],
];
const layerText = layers.map((areas) => areas.join('|')).join(' <- ');
const openAreas = new Set(['core', 'index.ts']);
const withoutInputOutput = new Set(['core', 'compose', 'network', 'volumes', 'images']);
const pureParts = ['core', 'network', 'volumes', 'scheduler/plan', 'scheduler/desired', 'scheduler/graph'];
const harmlessBuiltins = new Set([
  'buffer',
  'crypto',
  'events',
  'path',
  'path/posix',
  'string_decoder',
  'url',
  'util',
]);
const impure =
  /\b(?:Date\s*\.\s*now|Math\s*\.\s*random|performance\s*\.\s*now|new\s+Date\s*\(\s*\)|randomUUID|randomBytes|setTimeout|setInterval|setImmediate|fetch)\b\s*\(?/g;
const processText = 'process belongs to src/cli: take what you need as an argument';

/** Has a variable or parameter of its own by that name, such as a process in a container. */
function bindsProcess(file: SourceFile): boolean {
  return /\b(?:const|let)\s+process\b|[(,]\s*process\s*:/.test(file.code);
}

/** `core` of src/core/x.ts, `index.ts` of src/index.ts. */
function areaOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function folderOf({ path }: SourceFile): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function layerOf(area: string): number {
  return layers.findIndex((areas) => areas.includes(area));
}

function targetArea(use: Import): string | undefined {
  return use.to.kind === 'file' ? areaOf(use.to.path) : undefined;
}

function driverOf(path: string): string | undefined {
  return /^src\/runtime\/(docker|native|fake|swarm)\//.exec(path)?.[1];
}

function genericPart(path: string): 'scheduler/graph' | 'scheduler/engine' | undefined {
  if (path.startsWith('src/scheduler/graph/')) return 'scheduler/graph';
  return path.startsWith('src/scheduler/engine/') ? 'scheduler/engine' : undefined;
}

function mayGenericImport(part: string, path: string): boolean {
  const allowed = part === 'scheduler/engine' ? ['src/scheduler/graph/', `src/${part}/`] : [`src/${part}/`];
  return ['src/core/', ...allowed].some((folder) => path.startsWith(folder));
}

function imports(files: readonly SourceFile[]): readonly (readonly [SourceFile, Import])[] {
  return files.flatMap((file) => file.imports.map((use) => [file, use] as const));
}

function words(file: SourceFile, pattern: RegExp, message: (word: string) => string): readonly Violation[] {
  return [...file.code.matchAll(pattern)].map((found) =>
    at(file, lineAt(file.code, found.index), message(found[0])),
  );
}

function at(file: SourceFile, line: number, message: string): Violation {
  return `${file.path}:${line} ${message}`;
}
