import { transactionId } from '@headroom/kernel';
import fc from 'fast-check';
import type { StationEvent } from '../session.ts';

const instant = fc.integer({ min: 1, max: 40 });
const evse = fc.integer({ min: 1, max: 2 });
const id = fc.constantFrom('A', 'B', 'C', '-1').map(transactionId);
const register = fc.option(fc.integer({ min: -1, max: 60 }), { nil: undefined });

const cableEvent = (kind: 'plugged' | 'unplugged') =>
  fc.record({ kind: fc.constant(kind), evse, connector: fc.integer({ min: 1, max: 2 }), atMs: instant });
/** Any event of one station with two EVSEs and few ids, in a narrow span of time, so that they collide. For tests. */
export const anyEvent: fc.Arbitrary<StationEvent> = fc.oneof(
  cableEvent('plugged'),
  cableEvent('unplugged'),
  fc.record({
    kind: fc.constant('transaction-started' as const),
    evse,
    transactionId: id,
    authorized: fc.boolean(),
    meterStartWh: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
    atMs: instant,
  }),
  fc.record({
    kind: fc.constant('transaction-ended' as const),
    evse: fc.integer({ min: 0, max: 2 }),
    transactionId: id,
    meterStopWh: register,
    reason: fc.constant('Local'),
    atMs: instant,
  }),
  fc.record({
    kind: fc.constant('register-read' as const),
    transactionId: id,
    reading: fc.record({ energyWh: fc.integer({ min: 0, max: 60 }), atMs: instant }),
  }),
);
