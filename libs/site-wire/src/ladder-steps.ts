import { dispatchV1 } from '@headroom/contracts';
import { LADDER_STEPS, type LadderStep } from '@headroom/site-model';

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
