import { deciAmps, type EpochMs, type EvseNumber, type StationId } from '@headroom/kernel';
import type { EvseControl } from './evse-control.ts';
import { judgementOfBack } from './judge-back.ts';
import type { CommandAnswered, EvseDisobeys, EvseMeasured } from './facts.ts';
import type { LimitSet } from './limit-set.ts';
import { type LadderStep } from '@headroom/site-model';
import {
  afterActing,
  afterLapse,
  climb,
  countsWithMaximum,
  type Disobedience,
  isForgiven,
  type JudgedBy,
  type Judgement,
  judgementOf,
  lapsesIn,
  type Service,
} from './obedience.ts';
import { supplySample } from './supply-sample.ts';
import { controlOf, controlsOfStation, ladderEndOf, setControl, type SiteState, stationOf } from './site-state.ts';

/** A step of the ladder, to be written down by whoever owns the shard. */
export type Step = Omit<EvseDisobeys, 'epoch'>;

/** Holds the newest sample of an EVSE against what its station was told. Undefined: nothing new follows from it. */
export function judgeSample(site: SiteState, measured: EvseMeasured, nowMs: EpochMs): Step | undefined {
  const { stationId, evse } = measured;
  const control = controlOf(site, stationId, evse);
  const { connected, connectedAtMs } = stationOf(site, stationId);
  const before = control.disobedience;
  if (!connected) return undefined;
  const ofBack = judgementOfBack(control, measured, { nowMs, connectedAtMs });
  // Who is held to what he gives back is judged by that alone until it is over; it weighs more than what he draws.
  const isBack = before?.givesBack === true || ofBack?.obeys === false;
  const judgement = isBack ? ofBack : judgementOfDraw(site, measured, { nowMs, connectedAtMs });
  if (judgement === undefined) return undefined;
  // H86: who refuses 0 A keeps to what it was told. Once it does not, that weighs more.
  const isRefusal = before?.refusesZero === true;
  if (isRefusal && judgement.obeys) return undefined;
  const ladder = { end: ladderEndOf(site), lapses: lapsesIn(control.lapses, control.transactionId) };
  const climbed = stoppable(climb(isRefusal ? undefined : before, judgement, ladder), control);
  const after =
    climbed === before || climbed === undefined || !isBack ? climbed : { ...climbed, givesBack: true as const };
  if (after === before) return undefined;
  const kept = after === undefined ? lapsed(control) : control;
  setControl(site, { ...kept, disobedience: after, service: serviceAt(control, after?.step) });
  return isStep(before, after) ? stepOf(site, control, { before, after, judgement }) : undefined;
}

function judgementOfDraw(site: SiteState, measured: EvseMeasured, by: JudgedBy): Judgement | undefined {
  const { stationId, evse, sampledAtMs, draw, isGood } = supplySample(site, measured);
  const { set } = controlOf(site, stationId, evse);
  // A draw that was worked out counts, but nobody is stopped for it; one that was not measured is that of the last sample.
  if (draw === undefined || !isGood) return undefined;
  // One that was older than the last is not the newest.
  return set.sample?.sampledAtMs === sampledAtMs ? judgementOf(set, by) : undefined;
}

/** What flows outside a transaction cannot be stopped with one: the step is over, and the next car is not stopped for it. */
const stoppable = (disobedience: Disobedience | undefined, { transactionId }: EvseControl): Disobedience | undefined =>
  disobedience?.step === 'stop' && disobedience.isDue === true && transactionId === undefined
    ? afterActing(disobedience)
    : disobedience;

/**
 * SI5, H76: that a car has gone, or keeps to its limit again, says nothing of the permanent one: it is told it anew, and counts with
 * its maximum until it takes it.
 */
const setAfter = ({ set, disobedience, fallbackBackoff }: EvseControl): LimitSet =>
  countsWithMaximum(disobedience) || (disobedience !== undefined && fallbackBackoff !== undefined)
    ? { ...set, proven: false }
    : set;

/** It is forgiven. */
function lapsed(control: EvseControl): EvseControl {
  const lapses = afterLapse(control.lapses, control.disobedience, control.transactionId);
  return { ...control, set: setAfter(control), ...(lapses === undefined ? {} : { lapses }) };
}

/** Once it is out it stays out until it restarts. */
const serviceAt = ({ service }: EvseControl, step: LadderStep | undefined): Service =>
  step === 'inoperative' ? 'out' : service;

const isStep = (before: Disobedience | undefined, after: Disobedience | undefined): boolean =>
  before?.step !== after?.step || before?.refusesZero !== after?.refusesZero;

export function stepOf(
  site: SiteState,
  { stationId, evse }: EvseControl,
  {
    before,
    after,
    judgement,
  }: {
    readonly before: Disobedience | undefined;
    readonly after: Disobedience | undefined;
    readonly judgement: Pick<Judgement, 'told' | 'draw' | 'sampledAtMs'>;
  },
): Step {
  const { told, draw, sampledAtMs } = judgement;
  return {
    kind: 'evse-disobeys',
    ...{ siteId: site.siteId, stationId, evse, told, draw },
    step: after?.step ?? 'obeys',
    sinceMs: after?.sinceMs ?? before?.sinceMs ?? sampledAtMs,
    atMs: sampledAtMs,
    ...(before?.says === undefined ? {} : { says: before.says }),
    ...((after ?? before)?.refusesZero === true ? { refusesZero: true } : {}),
    ...((after ?? before)?.givesBack === true ? { givesBack: true } : {}),
  };
}

/** Time passes: what was held against an EVSE whose car has gone, and that has drawn nothing since, is forgotten. */
export const forgive = (site: SiteState, control: EvseControl, nowMs: EpochMs): Step | undefined =>
  control.disobedience !== undefined && isForgiven(control.disobedience, nowMs)
    ? forget(site, control, nowMs)
    : undefined;

/** The same of all EVSEs of a station, whatever is held against them. */
export const forgiveAll = (
  site: SiteState,
  { stationId, atMs }: { readonly stationId: StationId; readonly atMs: EpochMs },
): readonly Step[] =>
  controlsOfStation(site, stationId).flatMap((control) =>
    control.disobedience === undefined ? [] : [forget(site, control, atMs)],
  );

function forget(site: SiteState, control: EvseControl, atMs: EpochMs): Step {
  const { disobedience: before, set } = control;
  setControl(site, { ...control, set: setAfter(control), disobedience: undefined });
  const told = set.acknowledged?.limit ?? set.installed ?? NOTHING;
  return stepOf(site, control, { before, after: undefined, judgement: { told, draw: NOTHING, sampledAtMs: atMs } });
}

const NOTHING = deciAmps(0);

/** What an earlier owner has seen. What he did about it he did, or it was lost with him: the next step follows all the same. */
export function onEvseDisobeys(site: SiteState, fact: EvseDisobeys): void {
  const { stationId, evse, step, sinceMs, atMs, refusesZero, givesBack } = fact;
  const control = controlOf(site, stationId, evse);
  // What was forgiven the car before is not held against this one.
  const isOfBefore = atMs < (control.transactionSinceMs ?? Number.NEGATIVE_INFINITY);
  if (step === 'obeys')
    return setControl(site, {
      ...(isOfBefore ? { ...control, set: setAfter(control) } : lapsed(control)),
      disobedience: undefined,
    });
  const kind = { ...(refusesZero === true ? { refusesZero } : {}), ...(givesBack === true ? { givesBack } : {}) };
  const disobedience = { sinceMs, step, steppedAtMs: atMs, ...kind };
  setControl(site, { ...control, disobedience, service: serviceAt(control, step) });
}

/** What a station says that holds, when it is asked; people compare it with what it was told. */
export function onSaid(site: SiteState, { stationId, detail }: CommandAnswered, evse: EvseNumber): void {
  const control = controlOf(site, stationId, evse);
  if (control.disobedience === undefined) return;
  setControl(site, { ...control, disobedience: { ...control.disobedience, says: detail.slice(0, MAX_SAID_CHARS) } });
}

/** Of what a station says. */
export const MAX_SAID_CHARS = 100;
