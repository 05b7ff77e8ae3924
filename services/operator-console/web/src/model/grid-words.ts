import { type Failure, failureWords } from './failure.ts';
import { age, clockSeconds, clockTimeOn, duration, kilowatts, THIN_SPACE, UNKNOWN, words } from './format.ts';
import type { GridEventState, GridSource, Price, ShownEvent } from './grid-live.ts';
import type { CircuitLive, LiveSite } from './live-site.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of a shorter event the seconds matter. */
const SHORT_MS = 10 * MINUTE_MS;
/** Below this a difference is the resolution of the meters. */
const RESOLUTION_KW = 0.05;
/** Cars have so long to follow a drop. */
const FOLLOWS_MS = 10_000;

export const STATE_WORDS: Readonly<Record<GridEventState, string>> = {
  scheduled: 'Coming',
  active: 'Now',
  returning: 'Returning',
  completed: 'Over',
  cancelled: 'Taken back',
  refused: 'Refused',
};

/** What is asked, for a sentence: "at most 120.0 kW". */
export function askedWords({ askedKw, level }: Pick<ShownEvent, 'askedKw' | 'level'>): string {
  if (askedKw !== null) return `at most ${words(kilowatts(askedKw))}`;
  return level === null ? 'less' : `less, level ${level} of 3`;
}

/** A time of day that tells the seconds where they matter. */
export function eventTime(event: Pick<ShownEvent, 'startsAtMs' | 'endsAtMs'>, atMs: number, site: LiveSite): string {
  const isShort = event.endsAtMs !== null && event.endsAtMs - event.startsAtMs < SHORT_MS;
  return isShort ? clockSeconds(atMs, site.timezone) : clockTimeOn(atMs, site.atMs, site.timezone);
}

type Circuits = { readonly circuits: readonly Pick<CircuitLive, 'circuitId' | 'name'>[] };

/** "Panel A", "Panel A and Panel B"; an id where the site has no such circuit. Empty: none are named. */
export function circuitNames(circuitIds: readonly string[], { circuits }: Circuits): string {
  const names = circuitIds.map((id) => circuits.find(({ circuitId }) => circuitId === id)?.name ?? id);
  return [names.slice(0, -1).join(', '), ...names.slice(-1)].filter((part) => part !== '').join(' and ');
}

/** Who is asked, or what has its own limit again: "the circuit Panel A"; empty where it is the whole site. */
const circuitWords = ({ circuitIds }: ShownEvent, site: LiveSite): string =>
  circuitIds.length === 0 ? '' : `the circuit${circuitIds.length === 1 ? '' : 's'} ${circuitNames(circuitIds, site)}`;

/** The chart shows the site: whoever looks for the event there must not be puzzled. */
const NOT_IN_THE_CHART = 'The limit of the whole site stays as it is.';

/** What happens, for somebody who has never heard of grid events. */
export function eventSentence(event: ShownEvent, site: LiveSite): string {
  const { startsAtMs, endsAtMs, why } = event;
  const source = capitalised(event.source);
  const circuits = circuitWords(event, site);
  if (circuits !== '' && event.state !== 'refused') return circuitSentence(event, site, circuits);
  const start = eventTime(event, startsAtMs, site);
  const end = endsAtMs === null ? 'until it is taken back' : `until ${eventTime(event, endsAtMs, site)}`;
  switch (event.state) {
    case 'scheduled':
      return `${source} asks the whole site to draw ${askedWords(event)} from ${start} ${end}. The cars slow down by themselves.`;
    case 'active':
      return `${source} asks the whole site, building and cars, to draw ${askedWords(event)} ${end}.`;
    case 'returning':
      return 'The event is over. The limit rises in steps, so that not every site of the grid rises at once.';
    case 'completed':
      return `The event of ${event.source} is over, and the site has its own limit again.`;
    case 'cancelled':
      return `${source} took its event back. The site has its own limit, or is on its way there.`;
    case 'refused':
      return `An event of ${event.source} was not acted on: ${why ?? 'no reason was told.'} The site goes on as before.`;
  }
}

function circuitSentence(event: ShownEvent, site: LiveSite, circuits: string): string {
  const { startsAtMs, endsAtMs, state } = event;
  const source = capitalised(event.source);
  const end = endsAtMs === null ? 'until it is taken back' : `until ${eventTime(event, endsAtMs, site)}`;
  const each = event.circuitIds.length === 1 ? '' : ' each';
  if (state === 'scheduled')
    return `${source} asks ${circuits} to draw ${askedWords(event)}${each} from ${eventTime(event, startsAtMs, site)} ${end}. ${NOT_IN_THE_CHART}`;
  if (state === 'active')
    return `${source} asks ${circuits}, with all beneath, to draw ${askedWords(event)}${each} ${end}. ${NOT_IN_THE_CHART}`;
  const began = state === 'cancelled' ? `${source} took its event back` : `The event of ${event.source} is over`;
  const have =
    each === '' ? 'has its own limit, or is on its way there' : 'have their own limits, or are on their way there';
  return `${began}: ${circuits} ${have}.`;
}

const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** The utility of a demo was asked to take its event back, and has not. */
export const notTakenBack = (failure: Failure): string =>
  `Not taken back, it goes on as it is. ${failureWords(failure)}`;

export interface Countdown {
  readonly label: string;
  readonly text: string;
}

/** How long until something happens; null: nothing is awaited. */
export function countdown(event: ShownEvent, nowMs: number): Countdown | null {
  switch (event.state) {
    case 'scheduled':
      return { label: 'Starts in', text: remaining(event.startsAtMs - nowMs) };
    case 'active':
      return event.endsAtMs === null ? null : { label: 'Ends in', text: remaining(event.endsAtMs - nowMs) };
    case 'returning':
      return event.returnsByMs === null ? null : { label: 'Own limit in', text: remaining(event.returnsByMs - nowMs) };
    case 'completed':
    case 'cancelled':
    case 'refused':
      return null;
  }
}

/** "0:08" below an hour, then words. */
export function remaining(ms: number): string {
  if (ms >= HOUR_MS) return duration(ms);
  const seconds = Math.max(0, Math.ceil(ms / 1_000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

export interface Verdict {
  readonly tone: 'kept' | 'following' | 'over';
  readonly text: string;
}

/** Delivered against asked, now. Null: nothing is asked of the site in power, or its draw is not known. */
export function verdict(event: ShownEvent, site: LiveSite): Verdict | null {
  const { askedKw, state, startsAtMs, circuitIds } = event;
  const { siteKw } = site.total;
  if (state !== 'active' || askedKw === null || siteKw === null || circuitIds.length > 0) return null;
  const overKw = siteKw - askedKw;
  if (overKw <= RESOLUTION_KW) return { tone: 'kept', text: `Kept, ${words(kilowatts(Math.max(0, -overKw)))} below` };
  const text = `${words(kilowatts(overKw))} over`;
  return site.atMs - startsAtMs < FOLLOWS_MS
    ? { tone: 'following', text: `${text}, cars follow` }
    : { tone: 'over', text };
}

/** The utility is not heard: what that means. */
export function sourceTrouble({ state, sentence, lastHeardAtMs }: GridSource, nowMs: number): string | null {
  if (state === 'heard') return null;
  const since = lastHeardAtMs === null ? '' : ` Its last answer is ${age(nowMs - lastHeardAtMs)} old.`;
  const holds = state !== 'never-heard' ? ' What it has asked holds to its end.' : '';
  return `New grid events do not arrive.${since}${holds} ${sentence}`.trim();
}

/** How it goes with the utilities that are heard: a poll may have failed all the same. Of the others a notice tells. Empty: nothing. */
export const sourceLines = (sources: readonly GridSource[]): string =>
  sources
    .filter(({ state, sentence }) => state === 'heard' && sentence !== '')
    .map(({ name, sentence }) => `${capitalised(name)}: ${sentence}`)
    .join(' ');

const PRICE_DIGITS = 4;
const prices = new Map<string, Intl.NumberFormat>();
const MAX_PRICES = 16;

function formatOf(currency: string): Intl.NumberFormat | null {
  const known = prices.get(currency);
  if (known !== undefined) return known;
  try {
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: PRICE_DIGITS };
    const made = new Intl.NumberFormat('en-GB', { style: 'currency', currency, ...digits });
    if (prices.size >= MAX_PRICES) prices.clear();
    prices.set(currency, made);
    return made;
  } catch {
    return null;
  }
}

/** "€0.2147" and its unit apart. */
export function priceText(price: Price | null): string {
  if (price === null) return UNKNOWN;
  const text = formatOf(price.currency)?.format(price.perKwh) ?? `${price.perKwh}${THIN_SPACE}${price.currency}`;
  return text.replace('-', '−');
}
