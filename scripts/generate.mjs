// Compiles the schemas that the loader checks files against into validators that need no schema compiler at run time:
// compiling on every start would cost more than everything else that `flotilla config` does.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

for (const name of ['compose', 'x-flotilla']) await generate(name);

async function generate(name) {
  const source = new URL(`../schemas/${name}.schema.json`, import.meta.url);
  const target = new URL(`../src/compose/generated/${name}-schema.mjs`, import.meta.url);
  const schemaText = readFileSync(source, 'utf8');
  const stamp = `// Made by scripts/generate.mjs from schemas/${name}.schema.json; ${fingerprint(schemaText)}\n`;
  if (isUpToDate(target, stamp)) return;
  mkdirSync(new URL('.', target), { recursive: true });
  const draft = new URL(`${target.href}.${process.pid}`);
  writeFileSync(draft, stamp + (await compile(JSON.parse(schemaText))));
  renameSync(draft, target);
}

function fingerprint(schemaText) {
  const hash = createHash('sha256')
    .update(schemaText)
    .update(readFileSync(fileURLToPath(import.meta.url)));
  hash.update(readFileSync(new URL('../node_modules/ajv/package.json', import.meta.url)));
  return hash.digest('hex').slice(0, 16);
}

function isUpToDate(target, stamp) {
  try {
    return readFileSync(target, 'utf8').startsWith(stamp);
  } catch {
    return false;
  }
}

async function compile(annotated) {
  const [{ Ajv }, { default: standaloneCode }] = await Promise.all([
    import('ajv'),
    import('ajv/dist/standalone/index.js'),
  ]);
  const schema = withoutAnnotations(annotated);
  const ajv = new Ajv({
    allErrors: true,
    messages: false,
    allowUnionTypes: true,
    inlineRefs: false,
    code: { source: true, esm: true, optimize: 2, lines: false },
  });
  const generate = standaloneCode.default ?? standaloneCode;
  const code = withShortErrors(withSharedSchema(generate(ajv, ajv.compile(schema)), schema));
  if (/\brequire\(/.test(code))
    throw new Error('The schema uses a keyword that needs a helper of ajv at run time.');
  return code;
}

/** What people and editors read, and validation does not. */
function withoutAnnotations(schema) {
  if (schema === null || typeof schema !== 'object') return schema;
  if (Array.isArray(schema)) return schema.map(withoutAnnotations);
  const kept = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (['title', 'description', 'examples', 'deprecated', 'default', '$id', '$schema'].includes(keyword))
      continue;
    const mapOfSchemas = ['properties', 'patternProperties', '$defs'].includes(keyword);
    kept[keyword] = mapOfSchemas
      ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutAnnotations(item)]))
      : withoutAnnotations(value);
  }
  return kept;
}

/**
 * The generated code repeats the parts of the schema that it looks keys up in. Here they become references into one
 * exported copy, which the messages about unknown keys also need.
 */
function withSharedSchema(code, schema) {
  const places = new Map([[JSON.stringify(schema), 'schema']]);
  for (const [name, definition] of Object.entries(schema.$defs)) {
    places.set(JSON.stringify(definition), `schema.$defs.${name}`);
  }
  const shared = code.replace(
    /const (schema\d+) = (\{.*?\});(?=const |function )/g,
    (whole, name, literal) => {
      const place = places.get(JSON.stringify(JSON.parse(literal)));
      return place === undefined ? whole : `const ${name} = ${place};`;
    },
  );
  return `export const schema = ${JSON.stringify(schema)};\n${shared}\n`;
}

/**
 * Most of the generated code makes error objects. Only what cannot be found out again from the place and the schema
 * is kept of them, in a call of one function, which halves what has to be loaded.
 */
function withShortErrors(code) {
  const report =
    /const (err\d+) = \{instancePath:?(.*?),schemaPath:.*?,keyword:"(\w+)",params:\{(.*?)\}(?:,propertyName:\w+)?\};if\(vErrors === null\)\{vErrors = \[\1\];\}else ?\{vErrors\.push\(\1\);\}/g;
  let reports = 0;
  const short = code.replace(report, (_, _name, place, keyword, params) => {
    reports += 1;
    const kept = /^(additionalProperty|missingProperty|propertyName): ?(.+)$/.exec(params);
    const key = kept === null ? '' : `,${kept[2]}`;
    return `vErrors = fail(vErrors,${place === '' ? 'instancePath' : place},"${keyword}"${key});`;
  });
  const left = short.match(/keyword:/g);
  if (reports === 0 || left !== null) throw new Error('The code that ajv generates has changed its form.');
  return `${short}function fail(errors, instancePath, keyword, key) {
  const error = { instancePath, keyword, key };
  if (errors === null) return [error];
  errors.push(error);
  return errors;
}
`;
}
