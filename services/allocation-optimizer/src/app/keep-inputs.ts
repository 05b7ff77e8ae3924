import { type AllocationOptimizerEvents, wordsOf } from '../events.ts';
import { changedParts } from '../domain/what-if/changed-parts.ts';
import type { DecidedFrom } from '../domain/what-if/decided-from.ts';
import type { InputsLog, InputsRecord } from '../ports.ts';
import type { KeptInputs, SiteLane } from './site-lane.ts';

/** Every so many decisions all of it is written: who reads one back reads no more records than this. */
export const WHOLE_EVERY = 16;
/** Records of one site on their way. While the log is slow further decisions are made without: they cannot be replayed. */
export const INPUTS_UNDER_WAY_MAX = 4;

export interface KeepDeps {
  /** Absent: nothing is kept, and nothing can be replayed. */
  readonly inputs?: InputsLog;
  readonly events: AllocationOptimizerEvents;
}

export interface JustDecided {
  readonly from: DecidedFrom;
  readonly seq: bigint;
  readonly stateHash: string;
}

/** Writes down what a decision was made from, once it stands in the log itself: nobody waits for it, and what fails is only told. */
export function keepInputs({ inputs, events }: KeepDeps, lane: SiteLane, { from, seq, stateHash }: JustDecided): void {
  if (inputs === undefined || lane.inputsUnderWay >= INPUTS_UNDER_WAY_MAX) return;
  const { siteId, tenure } = lane;
  const kept = following(lane.kept, from, seq);
  const { state, memory } = kept.parts;
  const record: InputsRecord = {
    ...{ siteId, ownerEpoch: tenure.epoch, seq, decidedAtMs: from.nowMs, stateHash },
    ...{ wholeSeq: kept.next.wholeSeq, beforeSeq: kept.beforeSeq, site: from.site, state, memory },
    dispatcherEpoch: tenure.dispatcherEpoch(),
  };
  lane.kept = kept.next;
  lane.inputsUnderWay += 1;
  const writing = inputs.append(record, tenure.fence);
  tenure.track(writing);
  writing
    .catch((cause: unknown) => {
      // What builds on it could not be read: the next one is whole again.
      lane.kept = undefined;
      events.snapshotNotWritten(siteId, 'inputs', wordsOf(cause));
    })
    .finally(() => {
      lane.inputsUnderWay -= 1;
    });
}

interface Following {
  readonly next: KeptInputs;
  readonly beforeSeq: bigint;
  readonly parts: Pick<DecidedFrom, 'state' | 'memory'>;
}

function following(before: KeptInputs | undefined, from: DecidedFrom, seq: bigint): Following {
  const whole: Following = { next: { from, seq, wholeSeq: seq, sinceWhole: 0 }, beforeSeq: 0n, parts: from };
  // Of another document nothing is known to be as it was.
  if (before === undefined || before.from.site !== from.site || before.sinceWhole + 1 >= WHOLE_EVERY) return whole;
  const state = changedParts(from.state, before.from.state);
  const memory = changedParts(from.memory, before.from.memory);
  if (state === undefined || memory === undefined) return whole;
  const { wholeSeq, sinceWhole } = before;
  return {
    next: { from, seq, wholeSeq, sinceWhole: sinceWhole + 1 },
    beforeSeq: before.seq,
    parts: { state, memory },
  };
}
