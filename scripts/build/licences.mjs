import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Writes the licences of the packages whose code the bundle holds, as they ask for. */
export function writeLicences(root, folder, inputs) {
  const folders = new Set(
    inputs.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  );
  const parts = [...folders].sort().map((path) => {
    const { name, version, license } = JSON.parse(readFileSync(`${root}/${path}/package.json`, 'utf8'));
    return `${name} ${version} (${license})\n\n${licenceText(`${root}/${path}`)}`;
  });
  writeFileSync(`${folder}/THIRD-PARTY-LICENSES.txt`, parts.join(`\n${'-'.repeat(80)}\n\n`));
}

function licenceText(folder) {
  const file = existsSync(folder) && readdirSync(folder).find((name) => /^(un)?licen[cs]e/i.test(name));
  if (!file) throw new Error(`${folder} has no licence file, so its code cannot be bundled`);
  return readFileSync(`${folder}/${file}`, 'utf8');
}
