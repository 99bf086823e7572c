// Bundles the command line into chunks that the launcher (src/cli/launcher) loads when they are needed.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build, transform } from 'esbuild';
import { commandNames } from './command-names.mjs';
import { bundleSupervisor } from './supervisor.mjs';

const target = 'node20';

/** Writes flotilla.cjs, supervisor.cjs and cli/*.cjs into the folder; returns the files that went in, for the licences. */
export async function bundleProgram(root, folder) {
  const chunks = await splitIntoChunks(root);
  const supervisor = await bundleSupervisor(root, target);
  const scripts = [...packChunks(chunks), supervisor];
  mkdirSync(`${folder}/cli`, { recursive: true });
  for (const { name, text } of scripts) writeFileSync(`${folder}/cli/${name}`, text);
  const inputs = [
    ...(await bundleLauncher(root, `${folder}/flotilla.cjs`, 'index', {
      BUILD_ID: buildId(scripts),
      FIRST_SCRIPT: scripts.find(({ isFirst }) => isFirst).name,
      ENTRY_CHUNK: chunks.find(({ isEntry }) => isEntry).name,
      COMMAND_NAMES: await commandNames(root),
      LEAST_NODE: leastNode(root),
    })),
    ...(await bundleLauncher(root, `${folder}/supervisor.cjs`, 'supervisor', {
      BUILD_ID: buildId(scripts),
      SUPERVISOR_SCRIPT: supervisor.name,
    })),
  ];
  return [...inputs, ...[supervisor, ...chunks].flatMap((each) => each.inputs)];
}

async function splitIntoChunks(root) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/cli/bin.ts'],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target,
    outdir: 'dist/cli',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    legalComments: 'none',
    // Machine code that is loaded only where the native engine runs.
    external: ['koffi'],
    // The same code as the CommonJS build that Node would take, but as ES modules: half the size, and no set-up
    // function to run for each of its files.
    alias: { yaml: './node_modules/yaml/browser/index.js' },
    charset: 'ascii',
    write: false,
    metafile: true,
    logLevel: 'warning',
  });
  return Promise.all(
    outputFiles.map(async ({ path, text }) => {
      const name = basename(path);
      const { inputs, entryPoint } = metafile.outputs[`dist/cli/${name}`];
      return {
        name,
        text: await asFunction(text),
        inputs: Object.keys(inputs),
        isEntry: entryPoint === 'src/cli/bin.ts',
      };
    }),
  );
}

async function asFunction(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target,
    charset: 'ascii',
    // A script has no import(); `require` of the launcher loads the chunk instead.
    supported: { 'dynamic-import': false },
  });
  return `function (exports, require, module) {\n${code}}`;
}

/**
 * Scripts are tables of chunks. Small chunks share the first one, because to open a file costs more than to skip some
 * functions; a large chunk has a script of its own.
 */
function packChunks(chunks) {
  const isSmall = ({ text, isEntry }) => isEntry || text.length < 10_000;
  const small = chunks.filter(isSmall);
  const first = { isFirst: true, text: asTable(small) };
  const hash = createHash('sha256').update(first.text).digest('hex').slice(0, 8);
  const large = chunks.filter((chunk) => !isSmall(chunk));
  return [
    { ...first, name: `first-${hash}.cjs` },
    ...large.map((chunk) => ({ name: chunk.name, text: asTable([chunk]) })),
  ];
}

function asTable(chunks) {
  return `({\n${chunks.map(({ name, text }) => `${JSON.stringify(name)}: ${text},\n`).join('')}})\n`;
}

async function bundleLauncher(root, outfile, name, values) {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [`src/cli/launcher/${name}.ts`],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // Old enough that a Node which is too old can still say so.
    target: 'node10',
    outfile,
    // Without `--` Node takes our --env-file for its own, wherever it stands.
    banner: { js: '#!/usr/bin/env -S node --' },
    define: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, JSON.stringify(value)])),
    metafile: true,
    logLevel: 'warning',
  });
  return Object.keys(metafile.inputs);
}

function leastNode(root) {
  const { engines } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  return /(\d+)\.(\d+)/.exec(engines.node).slice(1).map(Number);
}

function buildId(scripts) {
  const hash = createHash('sha256');
  for (const { name, text } of scripts) hash.update(name).update(text);
  return hash.digest('hex').slice(0, 12);
}
