// Writes the stand-alone validators of libs/ocpp/gen from the schemas of ocpp-rpc: `node libs/ocpp/generate.ts`.
// The schemas are the OCA's work: they are read from the package, never copied into the repository.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv, type AnySchemaObject } from 'ajv';
import formats from 'ajv-formats';
import standalone from 'ajv/dist/standalone/index.js';
import { validatorName } from './src/schema-names.ts';

const DECLARATION = `interface Validate {
  (payload: unknown): boolean;
  errors?: readonly { readonly keyword: string; readonly instancePath: string; readonly message?: string }[] | null;
}
declare const validators: Readonly<Record<string, Validate>>;
export = validators;
`;

const require = createRequire(import.meta.url);
const out = join(import.meta.dirname, 'gen');
const stampFile = join(out, '.stamp');

const sources = [
  { name: 'v16', text: readFileSync(require.resolve('ocpp-rpc/lib/schemas/ocpp1_6.json'), 'utf8') },
  { name: 'v201', text: readFileSync(require.resolve('ocpp-rpc/lib/schemas/ocpp2_0_1.json'), 'utf8') },
  { name: 'v21', text: readFileSync(require.resolve('ocpp-rpc/lib/schemas/ocpp2_1.json'), 'utf8') },
];

const stamp = createHash('sha256');
for (const text of [
  readFileSync(import.meta.filename, 'utf8'),
  readFileSync(join(import.meta.dirname, 'src/schema-names.ts'), 'utf8'),
  readFileSync(require.resolve('ajv/package.json'), 'utf8'),
  ...sources.map((source) => source.text),
]) {
  stamp.update(text).update('\0');
}
const wanted = stamp.digest('hex');

const upToDate =
  existsSync(stampFile) &&
  readFileSync(stampFile, 'utf8') === wanted &&
  sources.every(({ name }) => existsSync(join(out, `${name}.cjs`)) && existsSync(join(out, `${name}.d.cts`)));

if (!upToDate) {
  mkdirSync(out, { recursive: true });
  for (const { name, text } of sources) {
    writeFileSync(join(out, `${name}.cjs`), validatorsOf(JSON.parse(text) as readonly AnySchemaObject[]));
    writeFileSync(join(out, `${name}.d.cts`), DECLARATION);
  }
  writeFileSync(stampFile, wanted);
}

function validatorsOf(raw: readonly AnySchemaObject[]): string {
  const ajv = new Ajv({
    strictSchema: false,
    // OC-18.
    strictTypes: false,
    // OC-13: else 0.3 A and 133 others of one decimal are refused.
    multipleOfPrecision: 6,
    code: { source: true, esm: false, lines: true },
  });
  formats.default(ajv);
  // OC-11: ajv cannot serialise the ids as they are.
  const schemas = raw.map((schema) => ({ ...schema, $id: String(schema['$id']).replace(/^urn:/, '') }));
  ajv.addSchema(schemas);
  return standalone.default(ajv, Object.fromEntries(schemas.map((schema) => [validatorName(schema.$id), schema.$id])));
}
