import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Its names in dist/ begin like this: inside it, so that a rename is enough to publish. */
const temporary = '.new-';
const record = '.builds.json';
/** How long programs may go on loading what a later build has replaced: chunks are loaded when they are needed. */
const keptMs = 24 * 60 * 60 * 1000;

/** An empty folder to build into; what killed builds left is swept away. */
export function openBuild(dist) {
  mkdirSync(dist, { recursive: true });
  for (const name of readdirSync(dist).filter((each) => each.startsWith(temporary))) {
    const path = join(dist, name);
    if (Date.now() - statSync(path).mtimeMs > 60 * 60 * 1000) rmSync(path, { recursive: true, force: true });
  }
  return mkdtempSync(join(dist, temporary));
}

/**
 * Moves a finished build to its place, file by file, those that name others last: at no moment is there a program that
 * lacks a part. Parts carry a hash of what they hold, so builds do not get into each other's way, and a program that
 * runs still finds its own. `isAlone` leaves nothing of earlier builds, for packing.
 */
export function publish(dist, build, { isAlone, now = Date.now() }) {
  const files = listFiles(build).sort((left, right) => Number(isEntry(left)) - Number(isEntry(right)));
  const earlier = readRecord(dist);
  for (const file of files) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    renameSync(join(build, file), join(dist, file));
  }
  rmSync(build, { recursive: true });
  const replaced = earlier.map((each) => ({ replacedAt: now, ...each }));
  const isKept = ({ replacedAt }) => !isAlone && now - replacedAt < keptMs;
  const kept = replaced.filter(isKept);
  const needed = new Set([...files, ...kept.flatMap((each) => each.files)]);
  const gone = isAlone ? listFiles(dist) : replaced.flatMap((each) => each.files);
  for (const file of new Set(gone)) if (!needed.has(file)) removeWithFolders(dist, file);
  if (!isAlone) writeRecord(dist, [...kept, { files }]);
}

function isEntry(file) {
  return ['flotilla.cjs', 'supervisor.cjs', 'index.js'].includes(file);
}

/** Earlier builds, the latest last; without a record, whatever is there is one. */
function readRecord(dist) {
  const path = join(dist, record);
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  const files = listFiles(dist);
  return files.length === 0 ? [] : [{ files }];
}

function writeRecord(dist, builds) {
  const path = join(dist, `${record}.${process.pid}`);
  writeFileSync(path, JSON.stringify(builds));
  renameSync(path, join(dist, record));
}

function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((file) => !file.startsWith(temporary));
}

function removeWithFolders(dist, file) {
  rmSync(join(dist, file), { force: true });
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) {
    if (!existsSync(join(dist, folder)) || readdirSync(join(dist, folder)).length > 0) return;
    rmdirSync(join(dist, folder));
  }
}
