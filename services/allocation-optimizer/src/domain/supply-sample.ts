import { evseId, GRID_PHASES } from '@headroom/kernel';
import { dcInputDeciA, type EvseModel, type SiteModel } from '@headroom/site-model';
import type { EvseSample, MeteringFact } from './facts.ts';
import type { EvseState, SiteState } from './site-state.ts';

type Measured = Extract<MeteringFact, { readonly kind: 'evse-measured' }>;

/**
 * What a sample says of the supply. A DC station measures currents of its battery, which say nothing of that; the power that flows out
 * does, counted as its limits are (MD12). One that tells no power tells no current, and what it offers is none of ours either.
 */
export function supplySample(site: SiteModel | undefined, fact: Measured): Measured {
  const evse = site?.evses.get(evseId(fact.stationId, fact.evse));
  if (site === undefined || evse?.dc === undefined) return fact;
  const { offered: _, ...sample } = fact.sample;
  return { ...fact, sample: { ...sample, current: supplyCurrent(site, evse, sample) } };
}

function supplyCurrent(
  { nominalVoltageV }: SiteModel,
  { dc, phases }: EvseModel,
  { power }: EvseSample,
): EvseSample['current'] {
  if (dc === undefined || power === undefined) return {};
  const each = dcInputDeciA(dc, Math.max(0, power), { nominalVoltageV, phases: phases.length });
  return Object.fromEntries(GRID_PHASES.slice(0, phases.length).map((socket) => [socket, each]));
}

/** An EVSE that a new document makes one of a DC station, or of an AC one: what was learned of its draw was learned of another current. */
export function forgetForeignDraws(state: SiteState, before: SiteModel | undefined, site: SiteModel): SiteState {
  const changed = [...site.evses.values()].filter(({ evseId: id, dc }) => {
    const known = before?.evses.get(id);
    return known !== undefined && state.evses.has(id) && (known.dc === undefined) !== (dc === undefined);
  });
  if (changed.length === 0) return state;
  const evses = new Map(state.evses);
  for (const { evseId: id } of changed) {
    const known = evses.get(id);
    if (known !== undefined) evses.set(id, withoutDraw(known));
  }
  return { ...state, evses };
}

const withoutDraw = ({ sample: _, phases: _p, ...rest }: EvseState): EvseState => ({ ...rest, draw: {} });
