import type { EpochMs } from '@headroom/kernel';
import { compositeNotes } from './station-composite.ts';
import type { EvseLearned, OthersLimit, OthersSchedule, ProfileFinding, StationLearned } from './station-learned.ts';
import type { CardContext, StationNote } from './station-note.ts';

/** What was found on a station: profiles that are not as they should be, and what others allow it. */
export const foundNotes = (learned: StationLearned, context: CardContext): readonly StationNote[] => [
  ...profileNotes(learned, context),
  ...learned.evses.flatMap((evse) => compositeNotes(evse, context)),
  ...learned.limits.flatMap((limit) => limitNote(limit, context)),
];

function profileNotes(learned: StationLearned, context: CardContext): readonly StationNote[] {
  const { profiles, version } = learned;
  if (version === 'OCPP 1.6') {
    return [
      {
        code: 'cannot-tell',
        sentence:
          'OCPP 1.6 has no message by which a station tells which limits it holds: it is asked what they come to.',
      },
    ];
  }
  if (profiles === undefined) {
    return [{ code: 'not-read', sentence: 'It was not asked yet which charging profiles it holds.' }];
  }
  const notes = profiles.findings.map((finding) => findingNote(finding, learned.evses, context));
  if (profiles.failures > 0) {
    const times = profiles.failures === 1 ? 'the last time' : `the last ${profiles.failures} times`;
    return [
      { code: 'not-told', sentence: `It did not tell which charging profiles it holds, ${times} that it was asked.` },
      ...notes,
    ];
  }
  if (profiles.readAtMs === 0) {
    return [{ code: 'not-read', sentence: 'It is to be asked again which charging profiles it holds.' }, ...notes];
  }
  if (notes.length > 0) return notes;
  // A state that was kept before findings were says only that there were some.
  return profiles.differs
    ? [{ code: 'not-read', sentence: 'Something was not as it should be; what, it tells when it is asked again.' }]
    : [{ code: 'as-told', sentence: 'It holds our limits, and none that overrules them.' }];
}

function findingNote(finding: ProfileFinding, evses: readonly EvseLearned[], context: CardContext): StationNote {
  const { kind, evse, allowsMore, endsAtMs } = finding;
  const where = placeOf(evse, context);
  const of = { code: kind, ...(evse === 0 ? {} : { evse }) };
  if (kind === 'missing') {
    return {
      ...{ ...of, id: 'H91', sentence: `A limit of ours was missing on ${where}.` },
      does: 'It is sent again, and counts as not told until it is accepted.',
    };
  }
  const concerned = evses.filter((each) => evse === 0 || each.evse === evse);
  const costs = allowsMore ? concerned.map((each) => costOf(each, context)).join(' ') : '';
  if (kind === 'changed') {
    const does = 'Ours is sent again, and takes its place.';
    return {
      ...{ ...of, id: 'SI5', sentence: `A limit of ours on ${where} said something else.` },
      does: costs === '' ? does : `${does} ${costs}`,
    };
  }
  const { profileId, purpose, stackLevel } = finding;
  return {
    ...{ ...of, id: 'SI5', seen: `${purpose} ${profileId}, stack level ${stackLevel}.` },
    sentence: `A charging profile of somebody else stands on ${where}${allowsMore ? ', and may let more flow than ours' : ', and lets no more flow than ours'}.${endsAtMs === undefined ? ' It names no end.' : ''}`,
    does: `It is left as it is: people decide. ${allowsMore ? costs : 'Nothing is kept for it.'}`,
    ...(endsAtMs === undefined ? {} : { untilMs: endsAtMs }),
  };
}

/** What a limit that cannot be trusted keeps from others. */
function costOf({ evse, maxCurrent, fallback }: EvseLearned, context: CardContext): string {
  const keeps = `up to ${(maxCurrent - fallback) / 10} A that others could have`;
  return `Until it is seen gone, ${placeOf(evse, context)} counts with its maximum of ${maxCurrent / 10} A: ${keeps}.`;
}

function limitNote(limit: OthersLimit, context: CardContext): readonly StationNote[] {
  if (limit.validUntilMs <= context.nowMs) return [];
  const { evse, source, isGridCritical, schedules, validUntilMs } = limit;
  const where = placeOf(evse, context);
  const standing = schedules.flatMap((schedule) => standingOf(schedule, context.nowMs));
  const [first] = standing;
  const critical = isGridCritical ? ' The grid needs it, it says.' : '';
  const of = { code: 'others-limit', id: 'K11', ...(evse === 0 ? {} : { evse }) };
  if (schedules.length > 0 && first === undefined) return [];
  if (limit.isUnlisted === true) {
    return [
      {
        ...{ ...of, sentence: `${source} was said to limit ${where}; its station does not name that limit any more.` },
        does: 'Its end got lost: it holds nothing down any more.',
      },
    ];
  }
  if (first === undefined) {
    return [
      {
        ...{
          ...of,
          sentence: `${source} limits ${where}, and did not say by how much.${critical}`,
          untilMs: validUntilMs,
        },
        does: 'It is offered as much as before.',
      },
    ];
  }
  const said = standing.map(({ words }) => words).join(' and ');
  return [
    {
      ...{ ...of, sentence: `${source} allows ${where} ${said} now.${critical}` },
      does: 'It is offered no more than that. What it counts with is not lowered by that word.',
      untilMs: Math.min(validUntilMs, ...standing.map(({ untilMs }) => untilMs)),
    },
  ];
}

/** What a schedule allows now, and until when it says the same. */
function standingOf(
  { unit, steps, untilMs = Number.POSITIVE_INFINITY }: OthersSchedule,
  nowMs: EpochMs,
): readonly { readonly words: string; readonly untilMs: number }[] {
  const step = steps.findLast(({ fromMs }) => fromMs <= nowMs);
  if (step === undefined || nowMs >= untilMs) return [];
  const nextMs = steps.find(({ fromMs }) => fromMs > nowMs)?.fromMs ?? Number.POSITIVE_INFINITY;
  const words = unit === 'A' ? `${step.limit / 10} A` : `${(step.limit / 1_000).toFixed(1)} kW`;
  return [{ words, untilMs: Math.min(untilMs, nextMs) }];
}

const placeOf = (evse: number, { names }: CardContext): string =>
  evse === 0 ? 'the whole station' : (names.get(evse) ?? `EVSE ${evse}`);
