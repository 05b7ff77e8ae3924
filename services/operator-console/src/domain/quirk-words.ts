import { QUIRK_NAMES, type QuirkName } from '@headroom/ocpp/quirks';
import type { LearnedQuirk } from './station-learned.ts';

export interface QuirkWords {
  /** What such a station does. */
  readonly sentence: string;
  /** What we do about it. */
  readonly does: string;
}

const MS_PER_S = 1_000;
const amps = (deciA: string): string => `${Number(deciA) / 10} A`;
const seconds = (ms: string): string => `${Number(ms) / MS_PER_S} s`;

/** By the value of the quirk, as the packs have it. */
const WORDS: Readonly<Record<QuirkName, (value: string) => QuirkWords>> = {
  acceptsButIgnores: () => ({
    sentence: 'It may accept a limit and not apply it.',
    does: 'Its word proves nothing: it counts with all that it could draw, whatever it was told.',
  }),
  dynamicLeases: () => ({
    sentence: 'It takes a new limit without the rest of its profile, and ends it in time.',
    does: 'Only the limit is sent anew, as OCPP 2.1 allows.',
  }),
  forgetsOffline: () => ({
    sentence: 'Without its connection it may run as though it had no limit.',
    does: 'It counts with all that it could draw, so that the site holds even then.',
  }),
  forgetsWhenPaused: () => ({
    sentence: 'When it goes on after a pause it may ignore its limit.',
    does: 'It stays at its permanent limit instead of being paused, wherever that fits.',
  }),
  neverGivesBack: () => ({
    sentence: 'What it says of giving back is not believed.',
    does: 'Its car is never told to give back.',
  }),
  overstatesComposite: () => ({
    sentence: 'It says that its limits come to more than it lets flow.',
    does: 'It is not asked what they come to. What flows is measured all the same.',
  }),
  leaseExpiry: (value) => LEASE_WORDS.get(value) ?? UNKNOWN_EXPIRY,
  maxStackLevel: (value) => ({
    sentence: `Stack levels above ${value} do not work with it.`,
    does: `Nothing is sent above level ${value}.`,
  }),
  minAnswerDelayMs: (value) => ({
    sentence: `It loses an answer that comes within ${seconds(value)}.`,
    does: `Each answer to it is held back for ${seconds(value)}.`,
  }),
  minCurrentDeciA: (value) => ({
    sentence: `It may not offer less than ${amps(value)}.`,
    does: `A limit below ${amps(value)} is said as 0 A: its car waits until there is more.`,
  }),
  minRaiseGapMs: (value) => ({
    sentence: 'Each new limit costs it time.',
    does: `Its limit is raised every ${seconds(value)} at most. What takes current away never waits.`,
  }),
  neverClearThenSet: () => ({
    sentence: 'A limit that follows a clear works late, or never.',
    does: 'Nothing is ever cleared: the next limit takes the place of the one before.',
  }),
  overwritesSameId: () => ({
    sentence: 'A profile with the id of an older one takes its place.',
    does: 'Each of its limits keeps its id for ever.',
  }),
  phasesToName: (value) => ({
    sentence: 'It chooses a number of phases of its own where the wrong one is named, or none.',
    does: value === 'none' ? 'No limit names a number of phases.' : 'Every limit names the phases that are wired.',
  }),
  rateUnit: (value) => ({
    sentence: `It can be trusted with limits in ${unitWord(value)} alone.`,
    does: `It is told its limits in ${unitWord(value)}, whatever it says itself.`,
  }),
  reinstallAfterBoot: () => ({
    sentence: 'With a restart it may lose its limits, or keep old ones.',
    does: 'After each restart all is sent anew, and nothing counts as told before it is accepted.',
  }),
  scheduleKind: (value) => ({
    sentence: `It keeps time only by ${value === 'relative' ? 'the start of the transaction' : 'its clock'}.`,
    does: `The end of a limit is counted from ${value === 'relative' ? 'the start of the transaction' : 'an instant of its clock'}.`,
  }),
  singleLevel: () => ({
    sentence: 'It trips over more than one stack level.',
    does: 'Everything is sent on level 0.',
  }),
  txDefaultFirst: () => ({
    sentence: 'It needs a permanent limit beneath those of a transaction.',
    does: 'Nothing is sent for a car before the permanent limit is accepted.',
  }),
  wholeAmps: () => ({
    sentence: 'It takes whole amperes only.',
    does: 'Limits are rounded down to whole amperes: less than one on each phase is left over.',
  }),
};

const unitWord = (value: string): string => (value === 'W' ? 'watts' : 'amperes');

const UNKNOWN_EXPIRY: QuirkWords = {
  sentence: 'Whether a limit ends by itself at such a station was not seen.',
  does: 'It is taken to end in time, with a margin, as at every station.',
};
const LEASE_WORDS: ReadonlyMap<string, QuirkWords> = new Map([
  ['unknown', UNKNOWN_EXPIRY],
  [
    'disproven',
    {
      sentence: 'A limit may not end by itself when its time is over.',
      does: 'A limit that it was told counts until it has accepted another.',
    },
  ],
  [
    'proven',
    {
      sentence: 'A limit ends by itself when its time is over: that was seen.',
      does: 'A limit counts to its end, and no longer.',
    },
  ],
]);

/** Of one that this release does not know (its dispatcher is of another), what its pack says has to do. */
export function quirkWords({ quirk, value, seen }: LearnedQuirk): QuirkWords {
  const name = QUIRK_NAMES.find((known) => known === quirk);
  if (name !== undefined) return WORDS[name](value);
  return { sentence: sentenceOf(seen), does: `Its limits are made with ${quirk} ${value}.` };
}

/** Capital and full stop. */
export const sentenceOf = (text: string): string => {
  const whole = `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
};

const QUIRKS_PAGE = 'docs/quirks.md';
export const SAYS_ITSELF_DOCS = `${QUIRKS_PAGE}#what-a-station-says-of-itself`;

/** The heading of the pack in the page that is made of the packs. */
export const docsOf = (pack: string): string =>
  `${QUIRKS_PAGE}#${pack
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')}`;
