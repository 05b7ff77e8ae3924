import { expect, test } from '@jest/globals';
import { deciAmps } from '@headroom/kernel';
import { SITE, stationNumber, T0, transactionOf } from '../testing/bench-site.ts';
import type { LimitIntended } from './facts.ts';
import { MAX_ATTEMPTS } from './limit-set.ts';
import { onCommittedChanged, onLimitIntended } from './replay-journal.ts';
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
