import { decodeRecord, type siteV1, TOPICS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import { ok, type Result } from '@headroom/kernel';
import { evsePart, meterPart, type Wiring } from '../../domain/draw-book.ts';
import type { OwnLimits } from '../../ports.ts';

const DEFAULT_VOLTAGE_V = 230;

/** What the grid adapter keeps of a record of site.config. An operator's override is not part of it: it ends by itself. */
export function ownLimitsOf(record: StoredRecord): Result<OwnLimits, string> {
  const decoded = decodeRecord(TOPICS.siteConfig, record.value);
  if (decoded.kind === 'err') return decoded;
  const { siteId, circuits, nominalVoltageV, stations, otherLoads } = decoded.value;
  const voltageV = nominalVoltageV > 0 ? nominalVoltageV : DEFAULT_VOLTAGE_V;
  const root = circuits.find(({ parentCircuitId }) => parentCircuitId === undefined);
  return ok({
    siteId,
    siteW: root === undefined ? 0 : limitW(root, voltageV),
    circuitsW: new Map(circuits.map((circuit) => [circuit.circuitId, limitW(circuit, voltageV)])),
    wiring: wiringOf({ circuits, stations, otherLoads }),
  });
}

function wiringOf({
  circuits,
  stations,
  otherLoads,
}: Pick<siteV1.SiteConfig, 'circuits' | 'stations' | 'otherLoads'>): Wiring {
  const parents = new Map(circuits.map(({ circuitId, parentCircuitId }) => [circuitId, parentCircuitId]));
  const upFrom = (circuitId: string): readonly string[] => {
    const path = new Set<string>();
    // A tree, as commissioned; what is none ends all the same.
    for (let at: string | undefined = circuitId; at !== undefined && !path.has(at); at = parents.get(at)) path.add(at);
    return [...path];
  };
  return new Map([
    ...stations.flatMap(({ stationId, circuitId, evses }) => {
      const path = upFrom(circuitId);
      return evses.map(({ evse }) => [evsePart(stationId, evse), path] as const);
    }),
    ...otherLoads.flatMap(({ meterId, circuitId }) =>
      meterId === undefined ? [] : [[meterPart(meterId), upFrom(circuitId)] as const],
    ),
  ]);
}

/** The lower of its contract and of what its conductors bear, all phases together. */
function limitW({ rating, powerLimitW }: siteV1.Circuit, voltageV: number): number {
  const deciA = (rating?.l1DeciA ?? 0) + (rating?.l2DeciA ?? 0) + (rating?.l3DeciA ?? 0);
  const bearsW = Math.floor((deciA * voltageV) / 10);
  return powerLimitW === undefined ? bearsW : Math.max(0, Math.min(bearsW, Number(powerLimitW)));
}
