import { commonV1, type dispatchStateV1, encodeRecord, siteV1, TOPICS } from '@headroom/contracts';
import type { EventLog, EventRecord } from '@headroom/event-log';
import { takeSnapshot } from '../app/snapshot-sites.ts';
import { snapshotToWire } from '../adapters/log/state-to-wire.ts';
import { Bench } from './bench.ts';

/** Tests and benches only: what an earlier owner has left of many sites, a car at every bay of theirs. */
export interface PastSites {
  readonly sites: number;
  readonly bays: number;
  /** Times that each snapshot stands in the topic: what compaction has not come to yet. */
  readonly copies: number;
}

const CHUNK = 250;
const RATING_A = 500;
const PHASES = [commonV1.GridPhase.L1, commonV1.GridPhase.L2, commonV1.GridPhase.L3];
const ENVELOPE = { eventType: 'test', occurredAtMs: 0, producer: 'test' };

/** Writes documents and snapshots. Returns the bytes of one snapshot. */
export async function writePastSites(log: EventLog, { sites, bays, copies }: PastSites): Promise<number> {
  const appendAll = async (make: (site: string) => EventRecord) => {
    for (let from = 0; from < sites; from += CHUNK) {
      const count = Math.min(CHUNK, sites - from);
      await log.append(Array.from({ length: count }, (_, n) => make(`site-${from + n}`)));
    }
  };
  await appendAll((site) =>
    encodeRecord(TOPICS.siteConfig, site, documentOf(site, bays), { ...ENVELOPE, eventId: site }),
  );
  const one = pastState(bays);
  for (let copy = 1; copy <= copies; copy += 1) {
    await appendAll((site) =>
      encodeRecord(TOPICS.dispatchState, site, ofSite(site, one), { ...ENVELOPE, eventId: `${site}-${copy}` }),
    );
  }
  return encodeRecord(TOPICS.dispatchState, 'site-0', ofSite('site-0', one), { ...ENVELOPE, eventId: '-' }).value
    .length;
}

/** Every car with a lease that it obeys, seen to. */
function pastState(bays: number): dispatchStateV1.DispatchState {
  const bench = Bench.charging({ stations: bays, ratingA: RATING_A });
  bench.settleAt(Object.fromEntries(Array.from({ length: bays }, (_, n) => [n + 1, 16])));
  return snapshotToWire(takeSnapshot(bench.shard, bench.site, bench.nowMs), 0);
}

/** The same state of another site, whose stations have names of their own. No record stands behind it. */
function ofSite(siteId: string, state: dispatchStateV1.DispatchState): dispatchStateV1.DispatchState {
  const named = <T extends { readonly stationId: string }>(of: T): T => ({
    ...of,
    stationId: `${siteId}.${of.stationId}`,
  });
  return { ...state, siteId, inputs: [], stations: state.stations.map(named), evses: state.evses.map(named) };
}

const documentOf = (siteId: string, bays: number): siteV1.SiteConfig => {
  const rating = { l1DeciA: RATING_A * 10, l2DeciA: RATING_A * 10, l3DeciA: RATING_A * 10 };
  return siteV1.SiteConfig.fromPartial({
    ...{ siteId, version: 1n, name: siteId, timezone: 'Europe/Paris', nominalVoltageV: 230 },
    circuits: [{ circuitId: 'grid', name: 'Grid', rating }],
    stations: Array.from({ length: bays }, (_, n) => ({
      stationId: `${siteId}.ST-${n + 1}`,
      circuitId: 'grid',
      evses: [
        {
          ...{ evse: 1, name: `Bay ${n + 1}`, phases: PHASES },
          ...{ maxCurrentDeciA: 320, minCurrentDeciA: 60, fallbackDeciA: 60 },
        },
      ],
    })),
    policy: { kind: siteV1.PolicyKind.EQUAL_SHARE, leaseS: 120 },
  });
};
