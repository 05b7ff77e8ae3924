import type { sessionV1 } from '@headroom/contracts';
import { assertNever } from '@headroom/kernel';
import { saidBatteryTo } from './said-battery.ts';
import { dischargeTo } from './discharge-offer.ts';
import type { SessionConclusion, SessionFact } from '../../domain/session.ts';

const whole = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(value));

/** A conclusion as headroom.session.v1.SessionFact. */
export const sessionFactTo = (fact: SessionFact): sessionV1.SessionFact => ({
  sessionId: fact.sessionId,
  siteId: fact.siteId ?? '',
  stationId: fact.stationId,
  evse: fact.evse,
  occurredAtMs: BigInt(fact.occurredAtMs),
  fact: conclusionTo(fact.conclusion),
});

function conclusionTo(conclusion: SessionConclusion): NonNullable<sessionV1.SessionFact['fact']> {
  switch (conclusion.kind) {
    case 'session-started':
      return { $case: 'sessionStarted', value: {} };
    case 'transaction-opened': {
      const { transactionId, authorized, meterStartWh } = conclusion;
      return { $case: 'transactionOpened', value: { transactionId, authorized, meterStartWh: whole(meterStartWh) } };
    }
    case 'transaction-closed': {
      const { transactionId, energyWh, reason } = conclusion;
      return { $case: 'transactionClosed', value: { transactionId, energyWh: whole(energyWh), reason } };
    }
    case 'session-ended':
      return { $case: 'sessionEnded', value: { energyWh: whole(conclusion.energyWh) } };
    case 'charging-requested': {
      const { energyWh, departureAtMs, discharge, battery } = conclusion.request;
      const value = { energyWh: BigInt(energyWh), departureAtMs: whole(departureAtMs) };
      const said = { discharge: discharge && dischargeTo(discharge), battery: battery && saidBatteryTo(battery) };
      return { $case: 'chargingRequested', value: { ...value, ...said } };
    }
    case 'boost-set': {
      const { transactionId, untilMs, setBy } = conclusion;
      return { $case: 'boostSet', value: { transactionId, untilMs: whole(untilMs), setBy } };
    }
    default:
      return assertNever(conclusion);
  }
}
