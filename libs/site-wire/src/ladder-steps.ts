import { dispatchV1, siteV1 } from '@headroom/contracts';
import { LADDER_ENDS, LADDER_STEPS, type LadderEnd, type LadderStep } from '@headroom/site-model';

const STEPS: Readonly<Record<LadderStep, dispatchV1.ObedienceStep>> = {
  resend: dispatchV1.ObedienceStep.RESEND,
  ask: dispatchV1.ObedienceStep.ASK,
  forbid: dispatchV1.ObedienceStep.FORBID,
  stop: dispatchV1.ObedienceStep.STOP,
  inoperative: dispatchV1.ObedienceStep.INOPERATIVE,
  alarm: dispatchV1.ObedienceStep.ALARM,
};

export const stepToWire = (step: LadderStep | undefined): dispatchV1.ObedienceStep =>
  step === undefined ? dispatchV1.ObedienceStep.UNSPECIFIED : STEPS[step];

/** Undefined: nothing is held against it. A step of a later release is beyond all that are known here. */
export function stepFromWire(wire: dispatchV1.ObedienceStep): LadderStep | undefined {
  const { UNSPECIFIED, OBEYS } = dispatchV1.ObedienceStep;
  if (wire === UNSPECIFIED || wire === OBEYS) return undefined;
  return LADDER_STEPS.find((step) => STEPS[step] === wire) ?? 'alarm';
}

const ENDS: Readonly<Record<LadderEnd, siteV1.LadderEnd>> = {
  forbid: siteV1.LadderEnd.FORBID,
  stop: siteV1.LadderEnd.STOP,
  inoperative: siteV1.LadderEnd.INOPERATIVE,
};

/** Undefined where nothing is said. */
export const ladderEndToWire = (end: LadderEnd | undefined): siteV1.LadderEnd | undefined =>
  end === undefined ? undefined : ENDS[end];

/** Undefined: nothing is said. An end of a later release is the earliest that is known: somebody wanted less than all. */
export function ladderEndFromWire(wire: siteV1.LadderEnd | undefined): LadderEnd | undefined {
  if (wire === undefined || wire === siteV1.LadderEnd.UNSPECIFIED) return undefined;
  return LADDER_ENDS.find((end) => ENDS[end] === wire) ?? 'forbid';
}
