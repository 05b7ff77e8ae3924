import { type EvseNumber, sessionId, type SiteId, type StationId } from '@headroom/kernel';
import { readingCounts } from './energy.ts';
import type { Cable, ChargingRequest, Session, SessionFact, StationEvent, Transaction } from './session.ts';
import { decide } from './session-reducer.ts';
import type { Change, EvseView } from './steps.ts';

/** All sessions and transactions of one station, in memory: for tests and for replaying a history by hand. */
export interface SessionWorld {
  readonly cables: ReadonlyMap<EvseNumber, Cable>;
  readonly sessions: ReadonlyMap<string, Session>;
  readonly transactions: ReadonlyMap<string, Transaction>;
  readonly pending: ReadonlyMap<EvseNumber, ChargingRequest>;
  readonly facts: readonly SessionFact[];
}

export const EMPTY_WORLD: SessionWorld = {
  cables: new Map(),
  sessions: new Map(),
  transactions: new Map(),
  pending: new Map(),
  facts: [],
};

const newestAtMs = (transaction: Transaction): number =>
  transaction.state === 'orphan' ? transaction.endedAtMs : transaction.startedAtMs;

/** Of several with one id, the open one, else the newest. */
export const newestOf = (transactions: readonly Transaction[]): Transaction | undefined =>
  transactions.toSorted(
    (a, b) => Number(b.state === 'open') - Number(a.state === 'open') || newestAtMs(b) - newestAtMs(a),
  )[0];

/** The world after an event. `cause` names it: one cause makes the same identities for ever. */
export function happen(
  world: SessionWorld,
  place: { readonly stationId: StationId; readonly siteId: SiteId | undefined },
  event: StationEvent,
  cause: string,
): SessionWorld {
  const named =
    'transactionId' in event
      ? newestOf([...world.transactions.values()].filter((one) => one.transactionId === event.transactionId))
      : undefined;
  if (event.kind === 'register-read') {
    if (named?.state !== 'open' || !readingCounts(named.lastReading, event.reading)) return world;
    return withTransaction(world, { ...named, lastReading: event.reading });
  }
  const evse = event.kind === 'transaction-ended' ? (named?.evse ?? event.evse) : event.evse;
  const view = viewOf(world, { ...place, evse, named });
  const decision = decide(view, event, { sessionId: sessionId(`s-${cause}`), recordId: `t-${cause}` });
  const changed = decision.changes.reduce((now, change) => apply(now, change, evse), world);
  return { ...changed, facts: [...world.facts, ...decision.facts] };
}

function viewOf(world: SessionWorld, at: Pick<EvseView, 'siteId' | 'stationId' | 'evse' | 'named'>): EvseView {
  const sessions = [...world.sessions.values()];
  const active = [...world.transactions.values()].find((one) => one.state === 'open' && one.evse === at.evse);
  return {
    ...at,
    cable: world.cables.get(at.evse),
    session: sessions.find((one) => one.evse === at.evse && one.endedAtMs === undefined),
    active: active?.state === 'open' ? active : undefined,
    namedSession:
      at.named === undefined || at.named.state === 'orphan' ? undefined : world.sessions.get(at.named.sessionId),
    pending: world.pending.get(at.evse),
  };
}

const withTransaction = (world: SessionWorld, transaction: Transaction): SessionWorld => ({
  ...world,
  transactions: new Map(world.transactions).set(transaction.recordId, transaction),
});

function apply(world: SessionWorld, change: Change, evse: EvseNumber): SessionWorld {
  switch (change.kind) {
    case 'cable':
      return { ...world, cables: new Map(world.cables).set(evse, change.cable) };
    case 'session':
      return { ...world, sessions: new Map(world.sessions).set(change.session.sessionId, change.session) };
    case 'transaction':
      return withTransaction(world, change.transaction);
    case 'request-used': {
      const pending = new Map(world.pending);
      pending.delete(evse);
      return { ...world, pending };
    }
  }
}
