import type { EpochMs } from '@headroom/kernel';
import { isObject, type JsonObject, type JsonValue } from '../json.ts';
import { parseTimestamp } from '../timestamps.ts';
import type { ProblemCode, ProfileProblem } from './problem.ts';
import type { RateUnit } from './profile.ts';

/**
 * Reads fields one by one and remembers the first that cannot be read. A bound that cannot be read must never read as "no bound",
 * so a reader that has met a problem gives no result at all.
 */
export class FieldReader {
  readonly #json: JsonObject;
  readonly #at: string;
  readonly #found: { problem?: ProfileProblem };

  constructor(json: JsonObject, at = '', found: { problem?: ProfileProblem } = {}) {
    this.#json = json;
    this.#at = at;
    this.#found = found;
  }

  get problem(): ProfileProblem | undefined {
    return this.#found.problem;
  }

  complain(code: ProblemCode, key: string): undefined {
    this.#found.problem ??= { code, at: this.#path(key) };
    return undefined;
  }

  /** Null counts as absent (H71). */
  has(key: string): boolean {
    return this.#json[key] !== undefined && this.#json[key] !== null;
  }

  number(key: string): number | undefined {
    const value = this.#json[key];
    if (!this.has(key)) return undefined;
    // H33: a number as text.
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : this.complain('field-malformed', key);
  }

  whole(key: string): number | undefined {
    const value = this.number(key);
    return value === undefined || Number.isSafeInteger(value) ? value : this.complain('field-malformed', key);
  }

  /** At most so much of the unit: whole deci-amps or watts, with a size that is rounded down. */
  amount(key: string, unit: RateUnit): number | undefined {
    const value = this.number(key);
    return value === undefined ? undefined : wholeAmount(value, unit, 'down');
  }

  /** At least so much. */
  demand(key: string, unit: RateUnit): number | undefined {
    const value = this.number(key);
    return value === undefined ? undefined : wholeAmount(value, unit, 'up');
  }

  text(key: string): string | undefined {
    const value = this.#json[key];
    if (!this.has(key)) return undefined;
    return typeof value === 'string' || typeof value === 'number'
      ? String(value)
      : this.complain('field-malformed', key);
  }

  flag(key: string): boolean | undefined {
    const value = this.#json[key];
    if (!this.has(key)) return undefined;
    return typeof value === 'boolean' ? value : this.complain('field-malformed', key);
  }

  instant(key: string): EpochMs | undefined {
    const text = this.text(key);
    return text === undefined ? undefined : (parseTimestamp(text)?.atMs ?? this.complain('field-malformed', key));
  }

  /** What the clock on the wall shows, as if it were UTC: a zone that is named is disregarded (2.1 `useLocalTime`). */
  wallClock(key: string): number | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    return parseTimestamp(text.replace(NAMED_ZONE, 'Z'))?.atMs ?? this.complain('field-malformed', key);
  }

  object(key: string): FieldReader | undefined {
    const value = this.#json[key];
    if (!this.has(key)) return undefined;
    return isObject(value)
      ? new FieldReader(value, this.#path(key), this.#found)
      : this.complain('field-malformed', key);
  }

  list(key: string): readonly FieldReader[] | undefined {
    const value: JsonValue | undefined = this.#json[key];
    if (!this.has(key)) return undefined;
    if (!Array.isArray(value) || value.length > MAX_LIST) return this.complain('field-malformed', key);
    return value.map((item: JsonValue, i) => {
      if (!isObject(item)) this.complain('field-malformed', `${key}[${i}]`);
      return new FieldReader(isObject(item) ? item : {}, this.#path(`${key}[${i}]`), this.#found);
    });
  }

  required<T>(key: string, value: T | undefined): T | undefined {
    if (value === undefined && !this.has(key)) this.complain('field-missing', key);
    return value;
  }

  #path(key: string): string {
    return this.#at === '' ? key : `${this.#at}.${key}`;
  }
}

/** As many periods as the schemas of 2.x allow. */
const MAX_LIST = 1_024;
const NAMED_ZONE = /(?:[Zz]|[+-]\d{2}(?::?\d{2})?)\s*$/;

/** Of A or W. Some write as much as this for "no limit"; what is more says nothing else. */
const MAX_AMOUNT = 1e9;
// Above the noise of one multiplication: 0.3 A is 3 dA, not 2 (libs/kernel quantities.ts).
const NOISE = 1e-6;

function wholeAmount(value: number, unit: RateUnit, towards: 'up' | 'down'): number {
  const size = Math.min(Math.abs(value), MAX_AMOUNT) * (unit === 'A' ? 10 : 1);
  const whole = towards === 'down' ? Math.floor(size + NOISE) : Math.ceil(size - NOISE);
  return value < 0 ? 0 - whole : whole;
}
