import { type Clock, sessionId } from '@headroom/kernel';
import type { SiteId, StationId } from '@headroom/kernel';
import type { StationReading } from '../domain/reading-rounds.ts';
import type { StationEvent } from '../domain/session.ts';
import { decide, type SessionEvent } from '../domain/session-reducer.ts';
import type { ContentName, RegistryStore, RegistryTurn, TurnInput } from '../ports.ts';

export interface StationInput {
  readonly position: TurnInput;
  /** Derived from content by the gateway, so that a repeat is recognisable. */
  readonly eventId: string;
  readonly stationId: StationId;
  readonly siteId: SiteId | undefined;
  readonly event: StationEvent;
}

export interface OnStationFactDeps {
  readonly store: RegistryStore;
  readonly clock: Clock;
  readonly nameOf: ContentName;
}

/**
 * One fact, one decision, one commit: sessions, transactions, what is told about them, and the position behind it. The
 * position goes first: it refuses whoever works on a shard that has gone to another instance meanwhile, and makes two of
 * them wait for each other.
 */
export async function onStationFact(deps: OnStationFactDeps, input: StationInput): Promise<void> {
  await deps.store.turn(async (turn) => {
    const { stationId, event } = input;
    if (!(await turn.advance(input.position))) return;
    if (event.kind === 'register-read') {
      await turn.saveReadings([{ stationId, transactionId: event.transactionId, reading: event.reading }]);
    } else if (await turn.firstSeen(input.eventId)) {
      await conclude(deps, turn, input, event);
    }
  });
}

/**
 * A run of readings, one commit: they are most of what stations say, and decide nothing. They need no inbox, for the same
 * reading again moves nothing; so it does no harm where another instance has dealt with some of them.
 */
export async function onReadings(
  { store }: Pick<OnStationFactDeps, 'store'>,
  last: TurnInput,
  readings: readonly StationReading[],
): Promise<void> {
  await store.turn(async (turn) => {
    if (await turn.advance(last)) await turn.saveReadings(readings);
  });
}

async function conclude(
  { clock, nameOf }: OnStationFactDeps,
  turn: RegistryTurn,
  { stationId, siteId, eventId }: StationInput,
  event: SessionEvent,
): Promise<void> {
  const view = await turn.evse({
    stationId,
    siteId,
    evse: event.evse,
    transactionId: 'transactionId' in event ? event.transactionId : undefined,
    // 1.6 stops name only the transaction.
    evseOfTransaction: event.kind === 'transaction-ended',
    nowMs: clock.nowMs(),
  });
  const fresh = {
    sessionId: sessionId(nameOf(['session', stationId, eventId])),
    recordId: nameOf(['transaction', stationId, eventId]),
  };
  await turn.saveDecision(view, decide(view, event, fresh), eventId);
}
