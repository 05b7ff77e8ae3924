import { stationV1, TOPICS } from '@headroom/contracts';
import type { EventRecord, StoredRecord } from '@headroom/event-log';
import { createAcknowledgedChecker } from '../checkers/acknowledged.ts';
import { createCapacityChecker } from '../checkers/capacity.ts';
import { createCircuitChecker, type EvseNow, type PhaseTriple } from '../checkers/circuits.ts';
import { createDecidedChecker } from '../checkers/decided.ts';
import { createFencingChecker } from '../checkers/fencing.ts';
import { createHandoverCounter } from '../checkers/handovers.ts';
import { siteFactsOf } from '../checkers/site-facts.ts';
import type { Violation } from '../checkers/violation.ts';
import type { SitePlan } from '../documents.ts';
import type { Building } from '../site/building.ts';
import type { Station } from '../station/station.ts';
import type { WireHearing } from './sockets.ts';
import type { Trace } from './trace.ts';

/** Violations of one run that are told; a broken rule is broken many times. */
const MAX_VIOLATIONS = 20;

export interface CourtDeps {
  readonly plan: SitePlan;
  readonly trace: Trace;
  readonly nowMs: () => number;
}

/** The checkers, and what they are shown: bytes, currents, the site document, and what became durable. */
export interface Court {
  readonly hear: Omit<WireHearing, 'handled'>;
  stored(record: StoredRecord): void;
  /** Stands in the emergency inbox of the gateways. */
  kept(record: Pick<EventRecord, 'topic' | 'value'>): void;
  /** Looks at the site as it is. `judge`: circuits count from now on; `measure`: so does capacity. */
  look(site: Site, when: { readonly judge: boolean; readonly measure: boolean }): void;
  accuse(violation: Violation): void;
  isGuilty(): boolean;
  conclude(): Verdict;
}

export interface Site {
  readonly stations: readonly Station[];
  readonly building: Building;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly handovers: number;
  readonly acknowledged: number;
  /** Share of what was allowed; undefined where nobody wanted more. */
  readonly used: number | undefined;
  /** Highest share of its limit that any row came to. */
  readonly fullest: number;
}

export function createCourt({ plan, trace, nowMs }: CourtDeps): Court {
  const violations: Violation[] = [];
  const accuse = (violation: Violation): void => {
    if (violations.length >= MAX_VIOLATIONS) return;
    violations.push(violation);
    trace.tell(`VIOLATION ${violation.checker}: ${violation.detail}`);
  };
  const facts = siteFactsOf(plan.document);
  const circuits = createCircuitChecker({ site: facts, report: accuse });
  const decided = createDecidedChecker(accuse);
  const acknowledged = createAcknowledgedChecker(accuse);
  const fencing = createFencingChecker(facts, accuse);
  const capacity = createCapacityChecker(facts, accuse);
  const handovers = createHandoverCounter();

  return {
    accuse,
    isGuilty: () => violations.length > 0,
    hear: {
      written(gateway, stationId, text) {
        trace.line(`${gateway} > ${stationId} ${text}`);
        fencing.written(nowMs(), gateway, stationId, text);
        acknowledged.written(nowMs(), stationId, text);
      },
      received(stationId, text) {
        trace.line(`> ${stationId} ${text}`);
        decided.received(stationId, text);
        handovers.received(nowMs(), stationId, text);
      },
      sent(stationId, text) {
        trace.line(`< ${stationId} ${text}`);
        acknowledged.sent(stationId, text);
        handovers.sent(nowMs(), stationId, text);
      },
    },
    stored(record) {
      trace.line(`log ${record.topic} ${record.partition} ${record.offset} ${record.headers['event-id']}`);
      const frame = frameOf(record);
      if (frame !== undefined) acknowledged.stored(frame.stationId, frame.text);
    },
    kept(record) {
      const frame = frameOf(record);
      if (frame === undefined) return;
      trace.line(`kept ${frame.stationId} ${frame.text}`);
      acknowledged.kept(frame.stationId, frame.text);
    },
    look({ stations, building }, { judge, measure }) {
      const evses = new Map<string, EvseNow>();
      const uses = [];
      for (const station of stations) {
        const bay = station.bay(1);
        if (bay === undefined) continue;
        const evseId = `${station.stationId}/1`;
        decided.look(nowMs(), station.stationId, bay.obeyed);
        const usedPhases = bay.plugged ? bay.phasesUsed : 3;
        evses.set(evseId, { obeyedA: bay.obeyed.limitA, flowA: bay.currentA, usedPhases });
        uses.push({ evseId, wantsA: bay.wantsA, obeyedA: bay.offeredA });
      }
      const { l1A, l2A, l3A } = building.current();
      const load: PhaseTriple = [l1A, l2A, l3A];
      if (judge) circuits.look(nowMs(), evses, load);
      if (measure) capacity.look(nowMs(), uses, load);
    },
    conclude() {
      capacity.conclude(nowMs());
      acknowledged.conclude(nowMs());
      return {
        violations,
        handovers: handovers.count(),
        acknowledged: acknowledged.count(),
        used: capacity.used(),
        fullest: circuits.fullest(),
      };
    },
  };
}

/** What a station said, as a record of it holds it. */
function frameOf({ topic, value }: Pick<EventRecord, 'topic' | 'value'>) {
  if (topic !== TOPICS.stationFacts.name) return undefined;
  const { stationId, rawFrame } = stationV1.StationFact.decode(value);
  return rawFrame.length === 0 ? undefined : { stationId, text: Buffer.from(rawFrame).toString('utf8') };
}
