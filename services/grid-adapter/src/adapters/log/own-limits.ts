import { decodeRecord, type siteV1, TOPICS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import { ok, type Result } from '@headroom/kernel';
import type { OwnLimits } from '../../ports.ts';

const DEFAULT_VOLTAGE_V = 230;

/** What the grid adapter keeps of a record of site.config. An operator's override is not part of it: it ends by itself. */
export function ownLimitsOf(record: StoredRecord): Result<OwnLimits, string> {
  const decoded = decodeRecord(TOPICS.siteConfig, record.value);
  if (decoded.kind === 'err') return decoded;
  const { siteId, circuits, nominalVoltageV } = decoded.value;
  const voltageV = nominalVoltageV > 0 ? nominalVoltageV : DEFAULT_VOLTAGE_V;
  const root = circuits.find(({ parentCircuitId }) => parentCircuitId === undefined);
  return ok({
    siteId,
    siteW: root === undefined ? 0 : limitW(root, voltageV),
    circuitsW: new Map(circuits.map((circuit) => [circuit.circuitId, limitW(circuit, voltageV)])),
  });
}

/** The lower of its contract and of what its conductors bear, all phases together. */
function limitW({ rating, powerLimitW }: siteV1.Circuit, voltageV: number): number {
  const deciA = (rating?.l1DeciA ?? 0) + (rating?.l2DeciA ?? 0) + (rating?.l3DeciA ?? 0);
  const bearsW = Math.floor((deciA * voltageV) / 10);
  return powerLimitW === undefined ? bearsW : Math.max(0, Math.min(bearsW, Number(powerLimitW)));
}
