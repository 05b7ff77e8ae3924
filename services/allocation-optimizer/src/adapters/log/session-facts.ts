import { decodeRecord, type sessionV1, TOPICS } from '@headroom/contracts';
import { epochMs, ok, sessionId, stationId, transactionId, wattHours } from '@headroom/kernel';
import type { SessionFact } from '../../domain/facts.ts';
import type { Decoder } from '../../service.ts';
import { dischargeOfferFrom } from './discharge-offer.ts';
import { saidBatteryFrom } from './said-battery.ts';

/** What session-registry concluded. */
export const sessionFactOf: Decoder<SessionFact> = (value) => {
  const decoded = decodeRecord(TOPICS.sessionFacts, value);
  if (decoded.kind === 'err') return decoded;
  const content = contentOf(decoded.value);
  return ok(content === undefined ? undefined : { siteId: decoded.value.siteId, content });
};

function contentOf(message: sessionV1.SessionFact): SessionFact | undefined {
  const common = {
    stationId: stationId(message.stationId),
    evse: message.evse,
    sessionId: sessionId(message.sessionId),
    atMs: epochMs(Number(message.occurredAtMs)),
  };
  const { fact } = message;
  switch (fact?.$case) {
    case 'sessionStarted':
      return { ...common, kind: 'session-started' };
    case 'transactionOpened': {
      const { authorized, meterStartWh } = fact.value;
      const meterStart = meterStartWh === undefined ? {} : { meterStart: wattHours(Number(meterStartWh)) };
      const id = transactionId(fact.value.transactionId);
      return { ...common, kind: 'transaction-opened', transactionId: id, authorized, ...meterStart };
    }
    case 'transactionClosed': {
      const { energyWh } = fact.value;
      const energy = energyWh === undefined ? {} : { energy: wattHours(Number(energyWh)) };
      return {
        ...common,
        kind: 'transaction-closed',
        transactionId: transactionId(fact.value.transactionId),
        ...energy,
      };
    }
    case 'sessionEnded':
      return { ...common, kind: 'session-ended' };
    case 'chargingRequested': {
      const { energyWh, departureAtMs, discharge, battery } = fact.value;
      const departure = departureAtMs === undefined ? {} : { departureAtMs: epochMs(Number(departureAtMs)) };
      const energy = wattHours(Number(energyWh));
      const said = { ...dischargeOfferFrom(discharge), ...saidBatteryFrom(battery) };
      return { ...common, kind: 'charging-requested', energy, ...departure, ...said };
    }
    case 'boostSet': {
      const { untilMs, setBy } = fact.value;
      const until = untilMs === undefined ? {} : { untilMs: epochMs(Number(untilMs)) };
      return { ...common, kind: 'boost-set', transactionId: transactionId(fact.value.transactionId), ...until, setBy };
    }
    case undefined:
      return undefined;
  }
}
