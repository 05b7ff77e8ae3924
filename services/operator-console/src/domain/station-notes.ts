import type { StationId } from '@headroom/kernel';
import { docsOf, quirkWords, SAYS_ITSELF_DOCS, sentenceOf } from './quirk-words.ts';
import { foundNotes } from './station-found.ts';
import type { Abilities, Concession, EvseLearned, LadderStepName, StationLearned } from './station-learned.ts';
import type { CardContext, StationNote } from './station-note.ts';

/** What is known of a station, for an operator. */
export interface StationCard {
  readonly stationId: StationId;
  /** Absent: nothing was told of it yet. */
  readonly learned?: StationLearned;
  readonly ageMs?: number;
  /** Its dispatcher should have told it anew by now. */
  readonly stale: boolean;
  /** What kind of station it is, in a sentence. */
  readonly sentence: string;
  readonly abilities: readonly StationNote[];
  readonly peculiarities: readonly StationNote[];
  readonly found: readonly StationNote[];
  readonly obedience: readonly StationNote[];
}

/** A dispatcher tells each station anew every minute: two of those, and something is wrong. */
export const STALE_AFTER_MS = 150_000;

/** What the platform has learned of a station, in words. Undefined: nothing was told of it. */
export function stationCard(learned: StationLearned | undefined, context: CardContext): StationCard {
  const { stationId, nowMs } = context;
  if (learned === undefined) {
    return {
      ...{ stationId, stale: false, abilities: [], peculiarities: [], found: [], obedience: [] },
      sentence: 'Nothing is known of this station just now: its dispatcher tells of each once a minute, and has not.',
    };
  }
  const ageMs = Math.max(0, nowMs - learned.toldAtMs);
  return {
    ...{ stationId, learned, ageMs, stale: ageMs > STALE_AFTER_MS, sentence: kindSentence(learned) },
    abilities: abilityNotes(learned.abilities),
    peculiarities: [...quirkNotes(learned), ...concessionNotes(learned)],
    found: foundNotes(learned, context),
    obedience: learned.evses.flatMap((evse) => obedienceNotes(evse, context)),
  };
}

function kindSentence({ vendor, model, firmware, version, connected }: StationLearned): string {
  const name = [vendor, model].filter((part) => part !== '').join(' ');
  const who =
    name === ''
      ? 'It has not said who it is: that comes with its next restart.'
      : `${name}${firmware === '' ? '' : `, firmware ${firmware}`}.`;
  const speaks = version === undefined ? '' : ` It speaks ${version}.`;
  return `${who}${speaks}${connected ? '' : ' It is offline: this is what was known last.'}`;
}

function abilityNotes(abilities: Abilities | undefined): readonly StationNote[] {
  if (abilities === undefined) return [{ code: 'not-asked', sentence: 'It was not asked yet what it can do.' }];
  const { inAmperes, inWatts, maxPeriods, maxProfiles, maxStackLevel, phaseSwitching, failures } = abilities;
  const units = [...(inAmperes ? ['amperes'] : []), ...(inWatts ? ['watts'] : [])].join(' and ');
  const notes: readonly (StationNote | undefined)[] = [
    failures === 0
      ? undefined
      : {
          code: 'no-answer',
          sentence: `It left ${failures === 1 ? 'the last question' : `the last ${failures} questions`} what it can do without an answer.`,
          does: 'What it said before still counts, or else what nearly every station can. It is asked again.',
        },
    { code: 'units', sentence: `It takes limits in ${units}.` },
    {
      code: 'profiles',
      sentence: `It keeps ${maxProfiles === undefined ? 'an unknown number of charging profiles' : count(maxProfiles, 'charging profile')}, up to stack level ${maxStackLevel}.`,
    },
    { code: 'periods', sentence: `Each of its limits may have ${count(maxPeriods, 'step')}.` },
    phaseSwitching
      ? { code: 'phase-switching', sentence: 'It changes between one and three phases by itself.' }
      : undefined,
    abilities.maxOfflineDuration
      ? { code: 'max-offline', sentence: 'It can drop a limit by itself after a time without us.', id: 'SI15' }
      : undefined,
    abilities.dynamicProfiles
      ? { code: 'dynamic', sentence: 'It says that it takes a new limit without the rest of its profile.' }
      : undefined,
  ];
  const odd = abilities.remarks.map((remark) => ({
    ...{ code: 'odd-answer', sentence: sentenceOf(remark), docs: SAYS_ITSELF_DOCS },
  }));
  return [...notes.flatMap((note) => note ?? []), ...odd];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** That leases end is nothing odd. */
const isOdd = ({ quirk, value }: StationLearned['quirks'][number]): boolean =>
  !(quirk === 'leaseExpiry' && value === 'proven');

const quirkNotes = ({ quirks }: StationLearned): readonly StationNote[] =>
  quirks.filter(isOdd).map((quirk) => ({
    ...{ code: quirk.quirk, ...quirkWords(quirk), id: quirk.id, docs: docsOf(quirk.pack) },
    seen: `${quirk.pack}, ${quirk.stations}: ${quirk.seen}.`,
  }));

const CONCESSIONS: Readonly<
  Record<Concession, { readonly sentence: string; readonly does: string; readonly id?: string }>
> = {
  'smart-charging-off': {
    sentence: 'It has charging profiles switched off.',
    does: 'It is sent its limits all the same, and counts with all that it could draw until it accepts one.',
  },
  'no-limits': {
    sentence:
      'It is a DC station that takes limits in amperes alone: those of its battery, which say nothing of its supply.',
    does: 'It is sent no limit, and counts with all that it could draw.',
    id: 'MD12',
  },
  'no-lease': {
    sentence: 'It has no room for two charging profiles of each EVSE.',
    does: 'It has its permanent limit alone: its cars never get more than that.',
    id: 'H81',
  },
  watts: {
    sentence: 'It takes limits in watts alone.',
    does: 'It is told what one phase bears at a low voltage: its car is offered less than its limit.',
    id: 'H82',
  },
  'one-period': {
    sentence: 'Each of its limits has one step.',
    does: 'Where a drop is known ahead, its limit ends early instead of falling.',
    id: 'SI27',
  },
  'leases-unseen': {
    sentence: 'Whether a limit ends by itself at stations of its model was not seen here yet.',
    does: 'Once a car charges, it is given a low limit for a minute or more, which is watched to its end. Until then its limits are no higher than what fits for good. A permanent limit that is no more than a car needs shows nothing.',
    id: 'SI28',
  },
};

function concessionNotes({ concessions, evses }: StationLearned): readonly StationNote[] {
  const passes = Math.min(100, ...evses.map(({ passesPercent = 100 }) => passesPercent));
  const said = concessions.map((code) => {
    const note = { code, ...CONCESSIONS[code], docs: SAYS_ITSELF_DOCS };
    return code === 'watts' && passes < 100
      ? { ...note, does: `${note.does.slice(0, -1)}, ${passes} % of it at the usual voltage.` }
      : note;
  });
  if (concessions.includes('one-period')) return said;
  const refused = evses.filter(({ singlePeriod }) => singlePeriod);
  return [
    ...said,
    ...refused.map(({ evse }) => ({
      ...{ code: 'one-period', ...CONCESSIONS['one-period'], evse },
      sentence: 'Since it booted it has refused a limit with two steps.',
    })),
  ];
}

const STEPS: Readonly<Record<LadderStepName, string>> = {
  resend: 'Its limit was sent again.',
  ask: 'It was asked what it has and what it draws. It counts with all that it could draw.',
  forbid: 'It was told 0 A, and counts with all that it could draw.',
  stop: 'Its transaction was stopped. It counts with all that it could draw.',
  inoperative: 'It was taken out of service. It counts with all that it could draw.',
  alarm: 'Nothing has helped: somebody must go there. It counts with all that it could draw.',
};
/** H86: it keeps to its limits, so it counts with them. */
const ZERO_STEPS: Readonly<Record<LadderStepName, string>> = {
  resend: '0 A was sent again.',
  ask: 'It was asked what it has.',
  forbid: 'It was told 0 A again.',
  stop: 'Its transaction was stopped.',
  inoperative: 'It was taken out of service.',
  alarm: 'Nothing has helped: somebody must go there.',
};

/** What is held against an EVSE, and what it counts with where that is not its limit. */
function obedienceNotes(evse: EvseLearned, { names }: CardContext): readonly StationNote[] {
  const { disobedience, service } = evse;
  const name = names.get(evse.evse) ?? `EVSE ${evse.evse}`;
  const notes: (StationNote | undefined)[] = [];
  if (disobedience !== undefined) {
    const { step, refusesZero, says, obeysSinceMs } = disobedience;
    const draws = refusesZero
      ? `${name} refuses 0 A, and nothing else fits beside the other load.`
      : `${name} drew more than it was told.`;
    notes.push({
      ...{ code: `ladder-${step}`, evse: evse.evse, does: (refusesZero ? ZERO_STEPS : STEPS)[step] },
      sentence: obeysSinceMs === undefined ? draws : `${draws} It obeys again, and is let go if that lasts.`,
      ...(says === undefined ? {} : { seen: `Asked what it has, it said: ${says}` }),
      ...(refusesZero ? { id: 'H86' } : {}),
    });
  }
  if (service !== 'in') {
    notes.push({
      ...{ code: 'out-of-service', evse: evse.evse, sentence: `We have taken ${name} out of service.` },
      does:
        service === 'out' ? 'It comes back with the next restart of its station.' : 'It has restarted, and comes back.',
    });
  }
  const isToldAlready = disobedience !== undefined && !disobedience.refusesZero;
  if (evse.proven && evse.countsWithMaximum && !isToldAlready) {
    notes.push({
      ...{ code: 'counts-with-maximum', evse: evse.evse },
      sentence: `${name} counts with its maximum of ${evse.maxCurrent / 10} A, whatever it was told.`,
      does: `So much is kept for it in every sum, where ${evse.fallback / 10} A is what it has without us.`,
    });
  }
  if (!evse.proven) {
    notes.push({
      ...{ code: 'not-proven', evse: evse.evse },
      sentence: `${name} has not accepted its permanent limit of ${evse.fallback / 10} A since it booted.`,
      does: `It counts with its maximum of ${evse.maxCurrent / 10} A.`,
    });
  }
  return notes.flatMap((note) => note ?? []);
}
