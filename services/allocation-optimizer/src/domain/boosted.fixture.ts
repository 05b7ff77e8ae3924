import { epochMs, sessionId, stationId, transactionId } from '@headroom/kernel';
import type { Fact } from './facts.ts';
import { stationName, T0 } from './given.fixture.ts';

/** Tests only. An operator lets its car come before all others until then; undefined: no longer. */
export const boosted = (n: number, untilMs: number | undefined, of = `tx-${n}`): Fact => ({
  ...{ kind: 'boost-set', stationId: stationId(stationName(n)), evse: 1, atMs: epochMs(T0) },
  ...{ sessionId: sessionId(`session-${n}`), transactionId: transactionId(of), setBy: 'operator' },
  ...(untilMs === undefined ? {} : { untilMs: epochMs(untilMs) }),
});
