import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { SITE, stationNumber, T0, transactionOf } from '../testing/bench-site.ts';
import type { CommittedChanged, LimitIntended } from './facts.ts';
import { MAX_ATTEMPTS } from './limit-set.ts';
import { onCommittedChanged, onLimitIntended, onLimitResolved } from './replay-journal.ts';
import { controlOf, newSite } from './site-state.ts';

const EVSE = { siteId: SITE, stationId: stationNumber(1), evse: 1 };
const intent = (seq: number, amps: number): LimitIntended => ({
  ...{ kind: 'limit-intended', ...EVSE, epoch: 1, seq, commandId: `c${seq}`, purpose: 'lease' },
  ...{ limit: deciAmps(amps * 10), transactionId: transactionOf(1), untilMs: T0 + 90_000 },
  ...{ intendedAtMs: T0, decisionSeq: 1, increase: true, generation: 1 },
});

/** As many intents as are kept apart and one more, of which those named here are strays; then the owner counts with nothing. */
function leftAfter(strays: readonly number[]): readonly string[] {
  const site = newSite(SITE);
  for (let seq = 0; seq <= MAX_ATTEMPTS; seq += 1) {
    onLimitIntended(site, intent(seq, seq === 0 ? 31 : 10), strays.includes(seq));
  }
  const counted = { epoch: 2, committed: deciAmps(60), members: [], atMs: T0 };
  onCommittedChanged(site, { kind: 'committed-changed', ...EVSE, ...counted });
  const { attempts } = controlOf(site, EVSE.stationId, EVSE.evse).set;
  return attempts.map(({ commandId, limit }) => `${commandId ?? 'folded'} ${limit / 10}`);
}

test.each([0, 1])(
  'HO-2: what a stray is folded into stays a stray: the record of an owner who may not have known of it lets go of neither (%d)',
  (stray) => {
    expect(leftAfter([stray])).toEqual(['folded 31']);
  },
);

test('what was folded of intents that the owner knew goes with the others', () => {
  expect(leftAfter([])).toEqual([]);
  expect(leftAfter([MAX_ATTEMPTS])).toEqual([`c${MAX_ATTEMPTS} 10`]);
});

const counts = (...members: CommittedChanged['members']): CommittedChanged => ({
  ...{ kind: 'committed-changed', ...EVSE, epoch: 1, committed: deciAmps(320), members, atMs: T0 },
});
const untilMs = T0 + 90_000;

test('HO-2: where what counts stands in the log before the answer that it follows from, the heir counts it all the same (simulation, seed 40014 of H79-known)', () => {
  const site = newSite(SITE);
  const set = () => controlOf(site, EVSE.stationId, EVSE.evse).set;
  onLimitIntended(site, intent(1, 10), false);
  onCommittedChanged(site, counts({ kind: 'acknowledged', limit: deciAmps(100), untilMs }));
  expect(set().attempts.map(({ limit }) => limit)).toEqual([100]);
  const answer = { purpose: 'lease', limit: deciAmps(100), outcome: 'accepted', detail: '', atMs: T0 } as const;
  onLimitResolved(site, { kind: 'limit-resolved', ...EVSE, epoch: 1, seq: 1, commandId: 'c1', ...answer });
  expect([set().attempts, set().acknowledged?.limit]).toEqual([[], 100]);
});

test.each([
  ['an older one that may be obeyed still', { kind: 'unsettled', limit: deciAmps(120), untilMs }, 1],
  ['a lower one', { kind: 'acknowledged', limit: deciAmps(99), untilMs }, 0],
  ['one that ends before it', { kind: 'acknowledged', limit: deciAmps(100), untilMs: untilMs - 1 }, 0],
  ['its permanent limit', { kind: 'fallback', limit: deciAmps(320) }, 0],
] as const)('HO-2: an attempt of which nothing is said any more, beside %s', (_, member, left) => {
  const site = newSite(SITE);
  onLimitIntended(site, intent(1, 10), false);
  onCommittedChanged(site, counts(member));
  expect(controlOf(site, EVSE.stationId, EVSE.evse).set.attempts).toHaveLength(left);
});

test('MD18: a record that says that nothing flows back any more lets go of it; one that says nothing of it, as older releases do, lets go of nothing', () => {
  for (const discharge of [undefined, deciAmps(0)]) {
    const site = newSite(SITE);
    onLimitIntended(site, { ...intent(1, 10), discharge: deciAmps(80) }, false);
    onLimitIntended(site, { ...intent(2, 12), discharge: deciAmps(60) }, true);
    const counted = { epoch: 2, committed: deciAmps(60), members: [], atMs: T0 };
    const said = discharge === undefined ? {} : { discharge };
    onCommittedChanged(site, { kind: 'committed-changed', ...EVSE, ...counted, ...said });
    const { back } = controlOf(site, EVSE.stationId, EVSE.evse);
    // A stray it may not have known.
    expect(back?.attempts.map(({ limit }) => limit)).toEqual(discharge === undefined ? [80, 60] : [60]);
  }
});
