import { lostWh } from './given-back.ts';
import { type EvseState, sessionEnergy } from './site-state.ts';

/** What the battery of the car that is there holds. */
export interface Soc {
  readonly percent: number;
  /** By the word of its driver and what was metered since; else its station measured it. */
  readonly isSaid: boolean;
}

/** What its station measured wins over what its driver said. Undefined: nobody tells. */
export function socOf(facts: EvseState): Soc | undefined {
  const measured = measuredSoc(facts);
  if (measured !== undefined) return { percent: measured, isSaid: false };
  const said = saidSoc(facts);
  return said === undefined ? undefined : { percent: said, isSaid: true };
}

/**
 * What its station says that it holds, percent; undefined: it does not say. What a sample of another transaction says is of another
 * car, for all that is known.
 */
function measuredSoc({ sample, transaction }: EvseState): number | undefined {
  if (sample?.socPercent === undefined || transaction === undefined) return undefined;
  const isOfIt =
    sample.transactionId === undefined
      ? sample.receivedAtMs >= transaction.openedAtMs
      : sample.transactionId === transaction.transactionId;
  return isOfIt ? sample.socPercent : undefined;
}

/**
 * What it held at plug-in by its driver's word, and what was metered since: whole percents, rounded down, so that it changes as seldom as a
 * display in a car, and is never more than was said. Undefined: he said nothing, or nobody knows what was metered.
 */
export function saidSoc(facts: EvseState): number | undefined {
  const { requested, exportUnknown } = facts.session ?? {};
  const delivered = sessionEnergy(facts);
  if (requested?.battery === undefined || delivered === undefined || exportUnknown === true) return undefined;
  const { size, atPlugIn } = requested.battery;
  // What was said in percent was rounded down to a whole Wh: 40 % stay 40 %.
  const held = atPlugIn + delivered - lostWh(facts) + ROUNDED_WH;
  return Math.max(0, Math.min(WHOLE_PERCENT, Math.floor((held * WHOLE_PERCENT) / size)));
}

const ROUNDED_WH = 1;
const WHOLE_PERCENT = 100;
