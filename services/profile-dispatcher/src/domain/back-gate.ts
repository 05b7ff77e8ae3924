import { type CircuitId, type DeciAmps, deciAmps, type EvseId, type PerPhaseDeciAmps } from '@headroom/kernel';
import { type EvseModel, exportGate, type SiteModel } from '@headroom/site-model';
import type { BackChange } from './back-set.ts';
import { GRANT_STEP_DECI_A } from './room.ts';

/** What may flow back at a site during one pass, with everything that the pass has let flow so far (MD18). */
export interface BackGate {
  /**
   * What a lease may give back: of what is wanted as much as fits beside all that the others may be giving, as though this EVSE gave nothing
   * yet. So a lease that goes on giving fits anew each time, as limits do (SI17). A part comes in whole amperes, and less than a car can give
   * is nothing.
   *
   * @param mayRise false: no more than the lease before it gave
   */
  allowed(evse: EvseModel, change: BackChange, mayRise: boolean): DeciAmps;
  /** From now on this EVSE counts with at least this. */
  grant(evse: EvseModel, discharge: DeciAmps): void;
}

export interface BackView {
  /** The document. */
  readonly site: SiteModel;
  /** Other load that is seen to draw. */
  readonly drawn: ReadonlyMap<CircuitId, PerPhaseDeciAmps>;
  /** What each EVSE may be giving back. */
  readonly giving: ReadonlyMap<EvseId, DeciAmps>;
}

export function createBackGate({ site, drawn, giving: counted }: BackView): BackGate {
  const giving = new Map(counted);
  return {
    allowed({ evseId, minCurrent }, { wanted, from }, mayRise) {
      const asked = deciAmps(mayRise ? wanted : Math.min(wanted, from));
      if (asked <= 0) return NOTHING;
      const beside = new Map(giving);
      beside.delete(evseId);
      const verdict = exportGate({ site, giving: beside, drawn, proposal: { evseId, discharge: asked } });
      if (verdict.kind === 'pass') return asked < minCurrent ? NOTHING : asked;
      const part = Math.floor(Math.min(asked, verdict.largest) / GRANT_STEP_DECI_A) * GRANT_STEP_DECI_A;
      return part < minCurrent ? NOTHING : deciAmps(part);
    },
    grant({ evseId }, discharge) {
      if (discharge > (giving.get(evseId) ?? 0)) giving.set(evseId, discharge);
    },
  };
}

const NOTHING = deciAmps(0);
