import { type commonV1, decodeRecord, siteV1, TOPICS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';
import {
  deciAmps,
  type EvseId,
  evseId,
  ok,
  perPhase,
  type Result,
  siteId,
  type StationId,
  stationId,
} from '@headroom/kernel';
import type { KnownMeter } from '../../domain/check-reading.ts';
import type { Socket } from '../../domain/derive-phases.ts';
import type { MeteredSite } from '../../domain/site-book.ts';

const DEFAULT_VOLTAGE_V = 230;

/** What metering keeps of a record of site.config. */
export function meteredSiteOf(record: Pick<StoredRecord, 'value'>): Result<MeteredSite, string> {
  const decoded = decodeRecord(TOPICS.siteConfig, record.value);
  return decoded.kind === 'err' ? decoded : ok(meteredSite(decoded.value));
}

function meteredSite(config: siteV1.SiteConfig): MeteredSite {
  const nominalVoltageV = config.nominalVoltageV > 0 ? config.nominalVoltageV : DEFAULT_VOLTAGE_V;
  const meters = new Map<string, KnownMeter>();
  for (const load of config.otherLoads) {
    if (load.meterId !== undefined)
      meters.set(load.meterId, { meterId: load.meterId, worstCase: currentsOf(load.worstCase) });
  }
  for (const { meterId, atMost } of config.sources) {
    // A battery that charges has a load on the same meter, whose worst case says what is plausible.
    if (!meters.has(meterId)) meters.set(meterId, { meterId, worstCase: currentsOf(atMost) });
  }
  const sockets = new Map<EvseId, Socket>();
  const evsesOf = new Map<StationId, readonly number[]>();
  for (const station of config.stations) {
    const id = stationId(station.stationId);
    evsesOf.set(
      id,
      station.evses.map((evse) => evse.evse),
    );
    for (const evse of station.evses) {
      const gives = (evse.maxDischargeDeciA ?? 0) > 0 ? { givesBack: true as const } : {};
      sockets.set(evseId(id, evse.evse), { ...socketOf(evse, nominalVoltageV), ...gives });
    }
  }
  const sensors = new Set(config.circuits.flatMap(({ derating }) => derating?.sensorId ?? []));
  return { siteId: siteId(config.siteId), meters, sensors, sockets, evsesOf };
}

/** What its station knows of it: between two conductors it is one phase, of a higher voltage. */
function socketOf({ phases, wiring, dc }: siteV1.Evse, lineToNeutralV: number): Socket {
  // What its conductors carry it does not measure: nothing is worked out, and its power stands as measured.
  if (dc !== undefined) return { phases: 0, nominalVoltageV: lineToNeutralV };
  switch (wiring) {
    case siteV1.Wiring.LINE_TO_LINE:
      // sqrt(3), rounded down: a lower voltage makes more current of a power.
      return { phases: 1, nominalVoltageV: Math.floor((lineToNeutralV * 1_732) / 1_000) };
    case siteV1.Wiring.SPLIT_PHASE:
      return { phases: 1, nominalVoltageV: lineToNeutralV * 2 };
    default:
      return { phases: Math.min(3, Math.max(1, phases.length)), nominalVoltageV: lineToNeutralV };
  }
}

const currentsOf = (wire: commonV1.PhaseCurrents | undefined): KnownMeter['worstCase'] =>
  perPhase((phase) => deciAmps(wire?.[`${phase}DeciA`] ?? 0));
