import { expect, test } from '@jest/globals';
import { snapshotFromWire } from '../adapters/log/state-from-wire.ts';
import { snapshotToWire } from '../adapters/log/state-to-wire.ts';
import { Bench, HELD, RULES, told } from '../testing/bench.ts';
import { replayInto } from '../testing/bench-log.ts';
import { evseNumber, SITE, siteModel } from '../testing/bench-site.ts';
import { newShard } from './shard.ts';
import { takeSnapshot } from './snapshot-sites.ts';

const configure = (bench: Bench, version: number, stations: number): void =>
  bench.take({ kind: 'site-configured', siteId: SITE, model: siteModel({ ratingA: 38, stations, version }) });

/** An heir of the snapshot: of documents the log has the newest alone (it is compacted), of all else what lies behind the snapshot. */
function takeOver(bench: Bench, snapshot: ReturnType<typeof takeSnapshot>): void {
  const crossed = snapshotFromWire(snapshotToWire(snapshot, 0));
  const documents = bench.log.all.filter(({ topic }) => topic === 'config');
  const read = bench.log.all.filter((each) => each.topic !== 'config' || each === documents.at(-1));
  const heir = newShard({ shard: 0, epoch: 2, hold: HELD, acquiredMonoMs: 0 });
  heir.fenced.add('gateway-1');
  const found = { configured: new Set([SITE]), snapshots: [crossed] };
  bench.shard = replayInto(heir, { found, read, nowMs: bench.nowMs, rules: RULES });
}

/** Two stations on 38 A; the second is leased 32 A, and then no document names it any more. */
test.each<[string, (bench: Bench) => ReturnType<typeof takeSnapshot>]>([
  [
    'its owner had read that it departed',
    (bench) => {
      configure(bench, 2, 1);
      return takeSnapshot(bench.shard, bench.site, bench.nowMs);
    },
  ],
  [
    'nobody lived when it departed',
    (bench) => {
      const snapshot = takeSnapshot(bench.shard, bench.site, bench.nowMs);
      configure(bench, 2, 1);
      return snapshot;
    },
  ],
])(
  'HO-15: an heir that reads the newest document alone counts the lease of who has departed to its end: %s',
  (_, departs) => {
    const bench = Bench.charging({ stations: 2, ratingA: 38 });
    bench.settleAt({ 2: 32 });
    takeOver(bench, departs(bench));
    expect(bench.site.model?.version).toBe(2);
    bench.decide({ 1: 32 });
    expect(told(bench.pass())).toEqual([]);
    const endsAtMs = bench.site.controls.get(evseNumber(2))?.set.acknowledged?.untilMs ?? 0;
    expect(endsAtMs).toBeGreaterThan(bench.nowMs);
    bench.after(endsAtMs + RULES.leaseMarginMs - bench.nowMs);
    bench.measure(2, 6, 6);
    bench.decide({ 1: 32 });
    expect(told(bench.pass())).toEqual(['ST-1 lease 32']);
  },
);

test('HO-15: whom the newest document names has not departed', () => {
  const bench = Bench.charging({ stations: 2, ratingA: 38 });
  bench.settleAt({ 2: 32 });
  takeOver(bench, takeSnapshot(bench.shard, bench.site, bench.nowMs));
  expect(bench.site.departed.size).toBe(0);
  expect(bench.kinds(2)).toEqual(['fallback 6', 'acknowledged 32']);
});
