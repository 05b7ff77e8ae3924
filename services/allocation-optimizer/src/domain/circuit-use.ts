import {
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EpochMs,
  type EvseId,
  type PerPhaseDeciAmps,
  perPhase,
  type Watts,
  watts,
  ZERO_PHASES,
} from '@headroom/kernel';
import {
  type CircuitModel,
  type PhaseMask,
  type RowLimit,
  type RowUse,
  rowUses,
  type SiteModel,
} from '@headroom/site-model';
import type { CircuitUse } from './decision.ts';

/** How loaded each circuit is by what is known now: other load as counted, stations at their worst case. */
export function circuitUses(input: {
  readonly site: SiteModel;
  readonly committed: ReadonlyMap<EvseId, DeciAmps>;
  readonly masks: ReadonlyMap<EvseId, PhaseMask>;
  readonly otherLoad: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  readonly horizonLoad: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  readonly nowMs: EpochMs;
  readonly rows: readonly RowLimit[];
}): readonly CircuitUse[] {
  const rows = rowUses(input);
  return [...input.site.circuits.values()].map((circuit) =>
    circuitUse(
      input.site,
      circuit,
      rows.filter((row) => row.circuitId === circuit.circuitId),
    ),
  );
}

function circuitUse(site: SiteModel, circuit: CircuitModel, rows: readonly RowUse[]): CircuitUse {
  const ofPhase = (kind: RowUse['kind']): RowUse | undefined => rows.find((row) => row.kind === kind);
  const power = ofPhase('power');
  const tightest = rows.reduce((a, b) => (load(b) > load(a) ? b : a));
  return {
    circuitId: circuit.circuitId,
    limit: circuit.rating,
    otherLoad: perPhase((phase) => ofPhase(phase)?.otherLoadDeciA ?? ZERO_PHASES[phase]),
    committed: perPhase((phase) => {
      const row = ofPhase(phase);
      return row === undefined ? ZERO_PHASES[phase] : deciAmps(row.usedDeciA - row.otherLoadDeciA);
    }),
    rise: perPhase((phase) => ofPhase(phase)?.riseDeciA ?? ZERO_PHASES[phase]),
    ...(power === undefined ? {} : { powerLimitW: powerLimitOf(site, circuit, power) }),
    limitSource: tightest.source,
    ...(tightest.validUntilMs === undefined ? {} : { limitValidUntilMs: tightest.validUntilMs }),
  };
}

/** The watts themselves, not what rounding to deci-amps made of them. */
function powerLimitOf(site: SiteModel, circuit: CircuitModel, row: RowUse): Watts {
  return (row.source === 'override' ? site.limitOverride?.powerLimitW : circuit.powerLimitW) ?? watts(0);
}

const load = (row: RowUse): number =>
  row.limitDeciA === 0 ? Infinity : (row.usedDeciA + row.riseDeciA) / row.limitDeciA;
