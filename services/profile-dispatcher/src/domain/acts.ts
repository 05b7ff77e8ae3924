import type { EvseNumber, TransactionId } from '@headroom/kernel';
import type { RateUnit } from '@headroom/ocpp/profiles';
import { isWithin, type LadderEnd } from '@headroom/site-model';
import type { EvseControl } from './evse-control.ts';

/** What is asked of a station beside limits. */
export type Act =
  /** `setpointEvses`: whether these follow a setpoint (2.1). Absent: that is not asked. */
  | { readonly kind: 'read-capabilities'; readonly setpointEvses?: readonly EvseNumber[] }
  | { readonly kind: 'trigger-sample'; readonly evse: EvseNumber }
  /** `unit`: in which it is to answer. `durationS`: how far ahead; absent: a minute. */
  | {
      readonly kind: 'read-composite';
      readonly evse: EvseNumber;
      readonly unit?: RateUnit;
      readonly durationS?: number;
    }
  /** Its reports name the request. */
  | { readonly kind: 'read-profiles'; readonly requestId: number }
  | { readonly kind: 'stop-transaction'; readonly transactionId: TransactionId }
  | { readonly kind: 'set-availability'; readonly evse: EvseNumber; readonly operative: boolean };

/**
 * What is due of the ladder beside limits, in order; and that an EVSE which has restarted comes back into service.
 *
 * @param end the last step of the site: one that was due before the document said less is not taken any more
 */
export function actsOf({ evse, transactionId, disobedience, service }: EvseControl, end: LadderEnd): readonly Act[] {
  const returning: readonly Act[] =
    service === 'returning' ? [{ kind: 'set-availability', evse, operative: true }] : NO_ACTS;
  if (disobedience?.isDue !== true || !isWithin(disobedience.step, end)) return returning;
  switch (disobedience.step) {
    case 'ask':
      return [...returning, { kind: 'read-composite', evse }, { kind: 'trigger-sample', evse }];
    case 'stop':
      // Once its transaction is over there is nothing to stop: the next car has done nothing.
      if (transactionId === undefined || disobedience.leftAtMs !== undefined) return returning;
      return [...returning, { kind: 'stop-transaction', transactionId }];
    case 'inoperative':
      return [...returning, { kind: 'set-availability', evse, operative: false }];
    // Limits, and a word to people.
    case 'resend':
    case 'forbid':
    case 'alarm':
      return returning;
  }
}

const NO_ACTS: readonly Act[] = [];
