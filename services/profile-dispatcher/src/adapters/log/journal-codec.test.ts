import { expect, test } from '@jest/globals';
import { commonV1, dispatchV1 } from '@headroom/contracts';
import { deciAmps, siteId, stationId, transactionId } from '@headroom/kernel';
import fc from 'fast-check';
import type { JournalFact } from '../../domain/facts.ts';
import { factsOfJournal, journalToWire } from './journal-codec.ts';

const count = fc.integer({ min: 1, max: 2 ** 31 });
const instant = fc.integer({ min: 0, max: 2 ** 45 });
const limit = fc.integer({ min: 0, max: 100_000 }).map(deciAmps);
const of = {
  siteId: fc.constant(siteId('depot')),
  stationId: fc.constant(stationId('ST-1')),
  evse: fc.integer({ min: 1, max: 9 }),
  epoch: count,
};
const purpose = fc.constantFrom('lease' as const, 'fallback' as const);
const named = { seq: count, commandId: fc.string(), purpose, limit };
const kind = fc.constantFrom(
  'fallback' as const,
  'acknowledged' as const,
  'unresolved' as const,
  'unsettled' as const,
  'hardware-maximum' as const,
  'measured' as const,
);
const later = fc.record({ fromMs: instant, limit });
const facts: fc.Arbitrary<JournalFact> = fc.oneof(
  fc
    .record({
      kind: fc.constant('limit-intended' as const),
      ...of,
      ...named,
      transactionId: fc.option(fc.constant(transactionId('17')), { nil: undefined }),
      untilMs: fc.option(instant, { nil: undefined }),
      intendedAtMs: instant,
      decisionSeq: count,
      increase: fc.boolean(),
      generation: fc.option(count, { nil: undefined }),
      later: fc.option(later),
      discharge: fc.option(limit.filter((amps) => amps > 0)),
      toldSkewMs: fc.option(fc.integer({ min: -(2 ** 45), max: 2 ** 45 })),
    })
    .map(({ later: falls, discharge, toldSkewMs, ...fact }) => ({
      ...fact,
      ...(falls === null ? {} : { later: falls }),
      ...(discharge === null ? {} : { discharge }),
      ...(toldSkewMs === null ? {} : { toldSkewMs }),
    })),
  fc.record(
    {
      kind: fc.constant('lease-end-seen' as const),
      ...of,
      identity: fc.record({ vendor: fc.string(), model: fc.string(), firmware: fc.string() }),
      atMs: instant,
      isKept: fc.constant(true as const),
    },
    { requiredKeys: ['kind', 'siteId', 'stationId', 'evse', 'epoch', 'identity', 'atMs'] },
  ),
  fc.record({
    kind: fc.constant('limit-resolved' as const),
    ...of,
    ...named,
    outcome: fc.constantFrom('accepted' as const, 'rejected' as const, 'unanswered' as const, 'never-written' as const),
    detail: fc.string(),
    atMs: instant,
  }),
  fc.record(
    {
      kind: fc.constant('committed-changed' as const),
      ...of,
      committed: limit,
      members: fc.array(fc.record({ kind, limit, untilMs: instant, later }, { requiredKeys: ['kind', 'limit'] })),
      mask: fc.record({
        phases: fc.subarray(['l1' as const, 'l2' as const, 'l3' as const], { minLength: 1 }),
        elsewhere: limit,
      }),
      commanded: fc.record({ limit, leaseUntilMs: instant }),
      fallbackOnly: fc.constant(true as const),
      passesPercent: fc.integer({ min: 1, max: 100 }),
      leaseAtMost: limit,
      discharge: limit,
      atMs: instant,
    },
    { requiredKeys: ['kind', 'siteId', 'stationId', 'evse', 'epoch', 'committed', 'members', 'atMs'] },
  ),
  fc.record({
    kind: fc.constant('station-unreachable' as const),
    ...{ siteId: of.siteId, stationId: of.stationId, epoch: count, generation: count, atMs: instant, why: fc.string() },
  }),
  fc.record({
    kind: fc.constant('profiles-checked' as const),
    ...{ siteId: of.siteId, stationId: of.stationId, epoch: count, atMs: instant },
    findings: fc.array(
      fc.record({
        kind: fc.constantFrom('missing' as const, 'changed' as const, 'foreign' as const),
        ...{ evse: of.evse, profileId: fc.maxSafeInteger(), stackLevel: count, purpose: fc.string() },
        allowsMore: fc.boolean(),
      }),
    ),
  }),
  fc.record(
    {
      kind: fc.constant('composite-checked' as const),
      ...of,
      atMs: instant,
      findings: fc.subarray(['more' as const, 'less' as const, 'never-ends' as const]),
      ...{ says: fc.string(), atMost: limit },
    },
    { requiredKeys: ['kind', 'siteId', 'stationId', 'evse', 'epoch', 'atMs', 'findings', 'says'] },
  ),
);

test('what is written into the journal is what is read back, through the bytes', () => {
  fc.assert(
    fc.property(facts, (fact) => {
      const bytes = dispatchV1.DispatchFact.encode(journalToWire(fact)).finish();
      expect(factsOfJournal(dispatchV1.DispatchFact.decode(bytes))).toEqual([fact]);
    }),
  );
});

test('an outcome that a later release may write is ignorance here', () => {
  const wire = journalToWire({
    ...{ kind: 'limit-resolved', siteId: siteId('depot'), stationId: stationId('ST-1'), evse: 1, epoch: 1, seq: 1 },
    ...{ commandId: 'l1-60-0-1-1', purpose: 'lease', limit: deciAmps(60), outcome: 'rejected', detail: '', atMs: 0 },
  });
  if (wire.fact?.$case !== 'limitResolved') throw new Error('not a resolution');
  const later = {
    ...wire,
    fact: { ...wire.fact, value: { ...wire.fact.value, outcome: dispatchV1.LimitOutcome.UNRECOGNIZED } },
  };
  expect(factsOfJournal(later)).toMatchObject([{ outcome: 'unanswered' }]);
});

test('a mask with a phase that a later release may write is none: all wired phases count', () => {
  const wire = journalToWire({
    ...{ kind: 'committed-changed', siteId: siteId('depot'), stationId: stationId('ST-1'), evse: 1, epoch: 1 },
    ...{ committed: deciAmps(200), mask: { phases: ['l2'], elsewhere: deciAmps(60) }, members: [], atMs: 0 },
  });
  if (wire.fact?.$case !== 'committedChanged') throw new Error('not a record of what counts');
  const phases = [...wire.fact.value.phases, commonV1.GridPhase.UNRECOGNIZED];
  const later = { ...wire, fact: { ...wire.fact, value: { ...wire.fact.value, phases } } };
  expect(factsOfJournal(wire)).toMatchObject([{ mask: { phases: ['l2'], elsewhere: 60 } }]);
  expect(factsOfJournal(later)[0]).not.toHaveProperty('mask');
});
