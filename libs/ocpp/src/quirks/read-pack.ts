import { err, ok, type Result } from '@headroom/kernel';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { QUIRK_FIELDS, QUIRK_NAMES, type QuirkName } from './fields.ts';
import {
  compareVersions,
  describeMatch,
  type FirmwareRange,
  numbersIn,
  plain,
  type QuirkPack,
  type QuirkRule,
  type RuleMatch,
  type StatedQuirk,
  type TextPattern,
} from './pack.ts';

/** A pack with more is no list of quirks any more. */
export const MAX_RULES_OF_PACK = 100;
const MAX_NAMES = 20;
const MAX_TEXT_CHARS = 300;
/** Rows of the list of hostile stations, and rules of ours that follow from them. */
const ID = /^(?:H|SI|OC)\d{1,3}$/;

/**
 * A pack of quirks as its file has it, or one sentence for each thing that is wrong with it, each beginning with its place:
 * `/rules/0/quirks/wholeAmps/value: ...`.
 */
export function readPack(json: unknown): Result<QuirkPack, readonly string[]> {
  const reader = new PackReader();
  const pack = reader.pack(json);
  return reader.errors.length === 0 && pack !== undefined ? ok(pack) : err(reader.errors);
}

class PackReader {
  readonly errors: string[] = [];

  pack(json: unknown): QuirkPack | undefined {
    const from = this.#object(json, '', ['vendor', 'names', 'rules']);
    if (from === undefined) return undefined;
    const vendor = this.#text(from['vendor'], '/vendor');
    const names = this.#list(from['names'], '/names', MAX_NAMES).map((name, i) => this.#name(name, `/names/${i}`));
    const rules = this.#list(from['rules'], '/rules', MAX_RULES_OF_PACK).map((rule, i) =>
      this.#rule(rule, `/rules/${i}`),
    );
    const described = rules.map(({ match }) => describeMatch(match));
    for (const [i, words] of described.entries()) {
      // Of two that match alike nobody could say which one wins.
      if (described.indexOf(words) < i) this.#complain(`/rules/${i}/match`, `${words} has a rule already`);
    }
    return { vendor, names, rules };
  }

  #rule(json: JsonValue, at: string): QuirkRule {
    const from = this.#object(json, at, ['match', 'quirks']) ?? {};
    const quirks = this.#object(from['quirks'], `${at}/quirks`, QUIRK_NAMES) ?? {};
    if (Object.keys(quirks).length === 0) this.#complain(`${at}/quirks`, 'states none');
    const stated = QUIRK_NAMES.flatMap((name): readonly StatedQuirk[] =>
      Object.hasOwn(quirks, name) ? [this.#stated(name, quirks[name], `${at}/quirks/${name}`)] : [],
    );
    return { match: this.#match(from['match'], `${at}/match`), quirks: stated };
  }

  #stated(quirk: QuirkName, json: JsonValue | undefined, at: string): StatedQuirk {
    const from = this.#object(json, at, ['value', 'id', 'says']) ?? {};
    const field = QUIRK_FIELDS[quirk];
    const { value } = from;
    if (!field.takes(value)) this.#complain(`${at}/value`, `must be ${field.allows}, and is ${JSON.stringify(value)}`);
    const id = this.#text(from['id'], `${at}/id`);
    if (!ID.test(id)) this.#complain(`${at}/id`, `"${id}" names no row: H81, SI31`);
    const says = this.#text(from['says'], `${at}/says`);
    return { quirk, value: isValue(value) ? value : false, id, says };
  }

  #match(json: JsonValue | undefined, at: string): RuleMatch {
    const from = this.#object(json, at, ['model', 'firmware']) ?? {};
    const { model, firmware } = from;
    return {
      ...(model === undefined ? {} : { model: this.#pattern(model, `${at}/model`) }),
      ...(firmware === undefined ? {} : { firmware: this.#firmware(firmware, `${at}/firmware`) }),
    };
  }

  #firmware(json: JsonValue, at: string): TextPattern | FirmwareRange {
    if (!isObject(json)) return this.#pattern(json, at);
    const from = this.#object(json, at, ['from', 'before']) ?? {};
    const range: FirmwareRange = {
      ...(from['from'] === undefined ? {} : { from: this.#version(from['from'], `${at}/from`) }),
      ...(from['before'] === undefined ? {} : { before: this.#version(from['before'], `${at}/before`) }),
    };
    if (range.from === undefined && range.before === undefined) this.#complain(at, 'has neither "from" nor "before"');
    if (range.from !== undefined && range.before !== undefined && compareVersions(range.from, range.before) >= 0)
      this.#complain(at, 'ends before it begins');
    return range;
  }

  #version(json: JsonValue, at: string): readonly number[] {
    const numbers = numbersIn(this.#text(json, at));
    if (numbers.length === 0) this.#complain(at, 'has no number');
    return numbers;
  }

  /** "Gemini*": all that begin so. */
  #pattern(json: JsonValue, at: string): TextPattern {
    const text = this.#text(json, at);
    const isPrefix = text.endsWith('*');
    const named = plain(text);
    if (named === '') this.#complain(at, 'has no letter and no digit: leave it out to match everything');
    return { text: named, isPrefix };
  }

  #name(json: JsonValue, at: string): string {
    const text = this.#text(json, at);
    if (text !== '' && text !== plain(text)) this.#complain(at, `must be letters and digits, small: "${plain(text)}"`);
    return text;
  }

  #text(json: JsonValue | undefined, at: string): string {
    if (typeof json === 'string' && json.trim() !== '' && json.length <= MAX_TEXT_CHARS) return json;
    this.#complain(at, `must be a text of at most ${MAX_TEXT_CHARS} characters`);
    return '';
  }

  #list(json: JsonValue | undefined, at: string, most: number): readonly JsonValue[] {
    if (Array.isArray(json) && json.length > 0 && json.length <= most) return json;
    this.#complain(at, `must be a list of 1 to ${most}`);
    return [];
  }

  #object(json: unknown, at: string, known: readonly string[]): JsonObject | undefined {
    if (!isObject(json)) {
      this.#complain(at, `must be an object with ${known.join(', ')}`);
      return undefined;
    }
    for (const key of Object.keys(json)) {
      if (!known.includes(key)) this.#complain(`${at}/${key}`, `is not known here; there are ${known.join(', ')}`);
    }
    return json;
  }

  #complain(at: string, what: string): void {
    this.errors.push(`${at === '' ? '/' : at}: ${what}.`);
  }
}

const isValue = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
