import { encodeRecord, siteStateV1, type siteV1, TOPICS } from '@headroom/contracts';
import type { EventLog, EventRecord } from '@headroom/event-log';
import { invariant, siteId } from '@headroom/kernel';
import { ownerMemoryToWire } from '../adapters/log/owner-memory-to-wire.ts';
import { siteModelFromConfig } from '@headroom/site-wire';
import { siteStateToWire } from '../adapters/log/site-state-to-wire.ts';
import { all, building, car, measured, ready, Scene, stationName, T0 } from '../domain/given.fixture.ts';
import { NO_RISES } from '../domain/lease-memory.ts';
import type { SiteSnapshot } from '../ports.ts';
import { phases, siteDocument, stationDocument } from '../service.fixture.ts';

/** Tests and benches only: what an earlier owner has left of many sites, all of them busy. */
export interface PastSites {
  readonly sites: number;
  /** Times that each snapshot stands in the topic: what compaction has not come to yet. */
  readonly copies: number;
}

export const BAYS_OF_PAST_SITE = 10;
const CHUNK = 250;
const APPEND_ATTEMPTS = 10;
const ENVELOPE = { eventType: 'test', occurredAtMs: 0, producer: 'test' };

export const pastSiteName = (n: number): string => `site-${String(n).padStart(5, '0')}`;

const documentOf = (site: string): siteV1.SiteConfig =>
  siteDocument(site, {
    circuits: [{ circuitId: 'grid', name: 'Grid', rating: phases(2_000), powerLimitW: 100_000n }],
    stations: Array.from({ length: BAYS_OF_PAST_SITE }, (_, n) => stationDocument(stationName(n + 1))),
  });

/** A busy site: a car at every bay, measured, limited. */
export function pastSnapshot(site = pastSiteName(0)): SiteSnapshot {
  const model = siteModelFromConfig(documentOf(site));
  invariant(model.kind === 'ok', 'the fixture is no site');
  const cars = all(1, BAYS_OF_PAST_SITE, (n) => [...ready(n), ...car(n), measured(n, 100, T0)]);
  const scene = new Scene(model.value).given(cars, building(100));
  const decision = scene.decideAt(T0);
  return {
    ...{ site: model.value, state: scene.state, memory: scene.memory, rises: NO_RISES, decision },
    ...{ ownerEpoch: 1n, decisionSeq: 1n, snapshotSeq: 1n, atMs: T0, dispatcherEpoch: 1n, inputs: [] },
  };
}

/** Writes documents and snapshots. Returns the bytes of one snapshot. */
export async function writePastSites(log: EventLog, { sites, copies }: PastSites): Promise<number> {
  const appendAll = async (make: (site: string) => EventRecord) => {
    for (let from = 0; from < sites; from += CHUNK) {
      const count = Math.min(CHUNK, sites - from);
      await steadily(() => log.append(Array.from({ length: count }, (_, n) => make(pastSiteName(from + n)))));
    }
  };
  await appendAll((site) => encodeRecord(TOPICS.siteConfig, site, documentOf(site), { ...ENVELOPE, eventId: site }));
  const one = pastSnapshot();
  const wire = { ...siteStateToWire(one), memory: ownerMemoryToWire(one) };
  for (let copy = 1; copy <= copies; copy += 1) {
    await appendAll((site) => {
      const envelope = { ...ENVELOPE, eventId: `${site}:1:${copy}` };
      return encodeRecord(TOPICS.siteState, site, { ...wire, siteId: siteId(site) }, envelope);
    });
  }
  return siteStateV1.SiteState.encode(wire).finish().byteLength;
}

/** New topics get their leaders one after the other. */
async function steadily(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (cause) {
      if (attempt === APPEND_ATTEMPTS) throw cause;
    }
  }
}
