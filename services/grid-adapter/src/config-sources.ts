import { err, ok, type Result } from '@headroom/kernel';
import { ID_CHARS_MAX, LIMIT_W_MAX, NAME_CHARS_MAX, ROUTED_TARGETS_MAX, TARGETS_MAX } from './domain/bounds.ts';
import { optional } from './domain/grid-event.ts';
import type { SignalTarget } from './domain/grid-signal.ts';
import {
  isObject,
  type Place,
  quoted,
  readInteger,
  readList,
  readText,
  type Refusal,
  rootPlace,
} from './domain/place.ts';
import type { UnitDefaults } from './domain/read-descriptors.ts';
import type { LimitConfig } from './domain/limit-bounds.ts';
import { type SourceRules, targetsOfRouting } from './domain/source-memory.ts';

/** One VTN, and what is done with what it says. */
export interface GridSourceConfig extends SourceRules {
  /** Ours: it stands in every fact and in the console. */
  readonly name: string;
  /** Base of its REST resources, without a slash at the end. */
  readonly url: string;
  /** Not in the objects: it is configured. Default 3.1. */
  readonly version: '3.0' | '3.1';
  /** Absent: no token (a public price server). */
  readonly credentials?: { readonly clientId: string; readonly clientSecret: string };
  /** Absent: `GET /auth/server` says it, and it must be an address of the VTN's own origin. */
  readonly tokenUrl?: string;
  /** Empty: all that it shows us. */
  readonly programIds: readonly string[];
  /** Of clock time. Default 30 s. Too small: a burden on the VTN; too large: events come late. */
  readonly pollEveryMs: number;
  readonly limits: LimitConfig;
  /** Used where neither event nor program names a unit; what is not configured is not guessed (DR-N10). */
  readonly defaults: UnitDefaults;
}

export const SOURCES_MAX = 10;
/** Lists of the VTN are read once for each. */
export const PROGRAMS_CONFIGURED_MAX = 10;
const POLL_EVERY_S = { least: 1, most: 3_600, usual: 30 };
const LOST_AFTER_S = { least: 2, most: 604_800, usual: 600 };
/** Longer than either, an event would be forgotten before it is returned from. */
const MAX_DELAY_S = { least: 0, most: 3_600, usual: 0 };
const RAMP_S = { least: 0, most: 21_600, usual: 300 };
const STEP_S = { least: 1, most: 3_600, usual: 30 };
const LEVEL_PERCENT = [100, 70, 40, 0] as const;

type Variable = (name: string) => string | undefined;

/** The sources of the file, or a sentence for each of them that is wrong. */
export function readSources(json: unknown, variable: Variable): Result<readonly GridSourceConfig[], readonly string[]> {
  const sentences: string[] = [];
  const note = <T>(read: (refusals: Refusal[]) => T): T => {
    const refusals: Refusal[] = [];
    const value = read(refusals);
    for (const { sentence } of refusals) sentences.push(sentence);
    return value;
  };
  const list = note((refusals) => {
    const root = rootPlace(json, refusals);
    onlyKeys(root, ['sources']);
    return readList(root.need('sources'), SOURCES_MAX);
  });
  const sources = list.flatMap(({ value }, index) =>
    note((refusals) => {
      const source = readSource(
        rootPlace({ sources: { [index]: value } }, refusals)
          .child('sources')
          ?.child(index),
        variable,
      );
      return source === undefined ? [] : [source];
    }),
  );
  const names = new Set(sources.map(({ name }) => name));
  if (sentences.length === 0 && names.size < sources.length) sentences.push('Two sources have one name.');
  return sentences.length === 0 ? ok(sources) : err(sentences);
}

const KEYS = [
  ...['name', 'url', 'version', 'clientId', 'clientSecretEnv', 'tokenUrl', 'programIds', 'pollEveryS', 'lostAfterS'],
  ...['targets', 'untargeted', 'levelPercent', 'restore', 'fallbackLimitW', 'defaults'],
];

function readSource(place: Place | undefined, variable: Variable): GridSourceConfig | undefined {
  if (place === undefined) return undefined;
  if (!onlyKeys(place, KEYS)) return undefined;
  const name = readText(place.need('name'), NAME_CHARS_MAX);
  const url = readUrl(place.need('url'));
  const version = readOneOf(place.child('version'), ['3.0', '3.1']) ?? '3.1';
  const programIds = readList(place.child('programIds'), PROGRAMS_CONFIGURED_MAX).flatMap((each) => {
    const id = readText(each, ID_CHARS_MAX);
    return id === undefined ? [] : [id];
  });
  const seconds = secondsOf(place);
  const pollEveryMs = seconds('pollEveryS', POLL_EVERY_S);
  const lostAfterMs = seconds('lostAfterS', LOST_AFTER_S);
  // One late answer must not be a loss.
  if (lostAfterMs < 2 * pollEveryMs) place.refuse('has a lostAfterS that is less than two polls');
  const routing = readRouting(place, name ?? '');
  if (name === undefined || url === undefined) return undefined;
  return {
    ...{ name, url, version, programIds, pollEveryMs, lostAfterMs, routing },
    ...optional('credentials', readCredentials(place, variable)),
    ...optional('tokenUrl', readUrl(place.child('tokenUrl'))),
    ...optional('fallbackLimitW', readInteger(place.child('fallbackLimitW'), limitBounds)),
    limits: readLimits(place),
    defaults: readDefaults(place.child('defaults')),
  };
}

const limitBounds = { least: 0, most: LIMIT_W_MAX, of: 'a limit in watts' };

/** A key that we do not know is a setting that somebody believes in. */
function onlyKeys(place: Place, keys: readonly string[]): boolean {
  if (!isObject(place.value)) {
    place.refuse(`is ${quoted(place.value)}; it must be an object`);
    return false;
  }
  const unknown = Object.keys(place.value).find((key) => !keys.includes(key));
  if (unknown === undefined) return true;
  place.refuse(`has ${quoted(unknown)}; possible are ${keys.join(', ')}`);
  return false;
}

function readOneOf<T extends string>(place: Place | undefined, possible: readonly T[]): T | undefined {
  if (place === undefined) return undefined;
  const found = possible.find((each) => each === place.value);
  return found ?? place.refuse(`is ${quoted(place.value)}; possible are ${possible.join(', ')}`);
}

/** TLS, but for loopback: a token goes over it (DR-N8). */
export function readUrl(place: Place | undefined): string | undefined {
  const text = readText(place, 2_000);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url !== undefined && ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
  if (url === undefined || (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback)))
    return place?.refuse(`is ${quoted(text)}; it must be an address of https, or of http on loopback`);
  if (url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    return place?.refuse('has a user, a query or a fragment; it must be a plain address');
  return text.replace(/\/+$/, '');
}

function readCredentials(place: Place, variable: Variable): GridSourceConfig['credentials'] {
  const clientId = readText(place.child('clientId'), ID_CHARS_MAX);
  const secretPlace = place.child('clientSecretEnv');
  const name = readText(secretPlace, ID_CHARS_MAX);
  if (clientId === undefined && name === undefined) return undefined;
  if (clientId === undefined || name === undefined)
    return place.refuse('has one of clientId and clientSecretEnv; both are needed, or none');
  const clientSecret = variable(name);
  if (clientSecret === undefined || clientSecret === '')
    return secretPlace?.refuse(`is ${quoted(name)}; that variable of the environment is not set`);
  return { clientId, clientSecret };
}

const secondsOf =
  (place: Place | undefined) =>
  (key: string, { least, most, usual }: { readonly least: number; readonly most: number; readonly usual: number }) =>
    1_000 * (readInteger(place?.child(key), { least, most, of: 'a time in seconds' }) ?? usual);

function readRouting(place: Place, source: string): GridSourceConfig['routing'] {
  const untargeted = readTargets(place.child('untargeted'));
  const targetsPlace = place.child('targets');
  const names = isObject(targetsPlace?.value) ? Object.keys(targetsPlace.value) : [];
  if (targetsPlace !== undefined && !isObject(targetsPlace.value)) targetsPlace.refuse('must be an object');
  if (names.length > TARGETS_MAX) targetsPlace?.refuse(`has more than ${TARGETS_MAX} targets`);
  const long = names.find((name) => name === '' || name.length > NAME_CHARS_MAX);
  if (long !== undefined) targetsPlace?.refuse(`has ${quoted(long)}; a target has 1 to ${NAME_CHARS_MAX} characters`);
  const targets = new Map(names.map((name) => [name, readTargets(targetsPlace?.child(name))]));
  const routing = { source, targets, untargeted };
  const all = targetsOfRouting(routing);
  if (all.length === 0) place.refuse('has neither targets nor untargeted: its signals would go nowhere');
  if (all.length > ROUTED_TARGETS_MAX) place.refuse(`goes to more than ${ROUTED_TARGETS_MAX} sites and circuits`);
  return routing;
}

function readTargets(place: Place | undefined): readonly SignalTarget[] {
  return readList(place, ROUTED_TARGETS_MAX).flatMap((each) => {
    if (!onlyKeys(each, ['siteId', 'circuitId'])) return [];
    const siteId = readText(each.need('siteId'), ID_CHARS_MAX);
    const circuitId = readText(each.child('circuitId'), ID_CHARS_MAX);
    return siteId === undefined ? [] : [{ siteId, ...optional('circuitId', circuitId) }];
  });
}

function readLimits(place: Place): GridSourceConfig['limits'] {
  const restore = place.child('restore');
  if (restore !== undefined) onlyKeys(restore, ['maxDelayS', 'rampS', 'stepS']);
  const seconds = secondsOf(restore);
  return {
    levelPercent: readLevels(place.child('levelPercent')),
    restore: {
      maxDelayMs: seconds('maxDelayS', MAX_DELAY_S),
      rampMs: seconds('rampS', RAMP_S),
      stepMs: seconds('stepS', STEP_S),
    },
  };
}

function readLevels(place: Place | undefined): GridSourceConfig['limits']['levelPercent'] {
  if (place === undefined) return LEVEL_PERCENT;
  const percents = readList(place, 4).map((each) => readInteger(each, { least: 0, most: 100, of: 'a percentage' }));
  const [a, b, c, d] = percents;
  if (a === undefined || b === undefined || c === undefined || d === undefined)
    return place.refuse('must have four whole numbers, for the levels 0 to 3') ?? LEVEL_PERCENT;
  if (a < b || b < c || c < d) place.refuse('rises; a higher level must not allow more');
  return [a, b, c, d];
}

function readDefaults(place: Place | undefined): UnitDefaults {
  if (place === undefined || !onlyKeys(place, ['limitUnits', 'priceUnits', 'currency'])) return {};
  const currency = readText(place.child('currency'), NAME_CHARS_MAX);
  if (currency !== undefined && !/^[A-Z]{3}$/.test(currency))
    place.child('currency')?.refuse(`is ${quoted(currency)}; it must be a code of ISO 4217, such as EUR`);
  return {
    ...optional('limitUnits', readOneOf(place.child('limitUnits'), ['KW', 'W'] as const)),
    ...optional('priceUnits', readOneOf(place.child('priceUnits'), ['KWH'] as const)),
    ...optional('currency', currency),
  };
}
