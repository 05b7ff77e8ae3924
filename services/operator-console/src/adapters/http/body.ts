import { isScalar, LineCounter, parseDocument, visit, type YAMLMap } from 'yaml';

/** A document of this size describes thousands of EVSEs. */
export const MAX_BODY_BYTES = 262_144;
export const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'] as const;

/** The body does not parse; `message` says where. */
class MalformedBody extends Error {
  readonly code = 'MALFORMED_BODY';
  constructor(message: string) {
    super(message);
    this.name = 'MalformedBody';
  }
}

export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    refuseNamesTwice(text);
    return value;
  } catch (cause) {
    throw new MalformedBody(`The body is not JSON that we read: ${wordsOf(cause)}.`);
  }
}

/** A text as a whole, or what opens, closes, or stands behind a key. */
const JSON_TOKEN = /"(?:[^"\\]+|\\.)*"|[{}[\]:]/g;

/** Of a key that stands twice `JSON.parse` takes the last, without a word. The text is JSON. */
function refuseNamesTwice(text: string): void {
  // Of each map that is open its keys; undefined: a list.
  const open: (Set<string> | undefined)[] = [];
  let last = '';
  for (const [token] of text.matchAll(JSON_TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(undefined);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') refuseTwice(open.at(-1), String(JSON.parse(last)));
    else last = token;
  }
}

function refuseTwice(seen: Set<string> | undefined, name: string): void {
  if (seen?.has(name) === true) throw new Error(`the key "${name.slice(0, 60)}" stands twice in one map`);
  seen?.add(name);
}

/** One YAML document of the core schema. Aliases are refused: a few of them can grow to gigabytes. */
export function parseYamlBody(text: string): unknown {
  const lineCounter = new LineCounter();
  try {
    const document = parseDocument(text, {
      schema: 'core',
      merge: false,
      logLevel: 'silent',
      lineCounter,
      // Both cost the square of the body's length: 256 KiB would stop us for a minute and more.
      uniqueKeys: false,
      prettyErrors: false,
    });
    const [fault] = document.errors;
    if (fault !== undefined) throw new Error(`line ${lineCounter.linePos(fault.pos[0]).line}: ${fault.message}`);
    visit(document, { Map: (_key, map) => refuseKeysTwice(map) });
    return document.toJS({ maxAliasCount: 0 }) as unknown;
  } catch (cause) {
    throw new MalformedBody(`The body is not a YAML document that we read: ${wordsOf(cause)}.`);
  }
}

function refuseKeysTwice(map: YAMLMap): void {
  const seen = new Set<string>();
  for (const { key } of map.items) {
    refuseTwice(seen, isScalar(key) ? String(key.value) : String(key));
  }
}

/** The first line of what a parser says, without its final stop. */
const wordsOf = (cause: unknown): string =>
  (cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : 'unknown').replace(/[.:]$/, '').slice(0, 300);
