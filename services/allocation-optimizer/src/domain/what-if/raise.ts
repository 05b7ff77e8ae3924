import {
  assertNever,
  type CircuitId,
  type DeciAmps,
  deciAmps,
  type EvseId,
  GRID_PHASES,
  mapPhases,
  type Watts,
  watts,
} from '@headroom/kernel';
import type { CircuitModel, Row, SiteModel } from '@headroom/site-model';
import type { GridTimeline, GridTimelines } from '../grid-timeline.ts';
import type { DecidedFrom } from './decided-from.ts';

/** A limit that somebody might raise: that of the conductors of a circuit, all of them, or that of its power. */
export interface RaisableLimit {
  readonly circuitId: CircuitId;
  readonly kind: 'conductors' | 'power';
}

/** By how much. */
export type Raise =
  | { readonly circuitId: CircuitId; readonly kind: 'conductors'; readonly byDeciA: DeciAmps }
  | { readonly circuitId: CircuitId; readonly kind: 'power'; readonly byW: Watts };

/** A conductor is raised with the others of its circuit: nobody lays one of three anew. */
export const raisableOf = ({ circuitId, kind }: Row): RaisableLimit => ({
  circuitId,
  kind: kind === 'power' ? 'power' : 'conductors',
});

export const isSameLimit = (a: RaisableLimit, b: RaisableLimit): boolean =>
  a.circuitId === b.circuitId && a.kind === b.kind;

/** So many amperes more on each conductor, or the power that three conductors carry with them, to the full kW above. */
export function raiseBy(limit: RaisableLimit, amperes: number, { nominalVoltageV }: SiteModel): Raise {
  const { circuitId } = limit;
  if (limit.kind === 'conductors') return { circuitId, kind: 'conductors', byDeciA: deciAmps(amperes * 10) };
  const kilowatts = Math.ceil((amperes * GRID_PHASES.length * nominalVoltageV) / 1_000);
  return { circuitId, kind: 'power', byW: watts(kilowatts * 1_000) };
}

/**
 * The same with limits raised. Of power all sources rise alike (contract, an operator's limit, the grid's): the lowest of them holds, and
 * rises by as much.
 */
export function raised(from: DecidedFrom, raises: readonly Raise[]): DecidedFrom {
  return raises.reduce((before, raise) => {
    switch (raise.kind) {
      case 'conductors':
        return onCircuit(before, raise.circuitId, (circuit) => ({
          ...circuit,
          rating: mapPhases(circuit.rating, (rating) => deciAmps(rating + raise.byDeciA)),
        }));
      case 'power':
        return withMorePower(before, raise.circuitId, raise.byW);
      default:
        return assertNever(raise);
    }
  }, from);
}

/** The same without the rules of one bay; what is assured to it stays. */
export function withoutRules(from: DecidedFrom, evseId: EvseId): DecidedFrom {
  const evses = new Map(
    [...from.site.evses].map(([each, evse]) => {
      if (each !== evseId) return [each, evse];
      const { rules: _, ...plain } = evse;
      return [each, plain];
    }),
  );
  return { ...from, site: { ...from.site, evses } };
}

/** One circuit of the site changed; an unknown one changes nothing. */
export function onCircuit(
  from: DecidedFrom,
  id: CircuitId,
  change: (circuit: CircuitModel) => CircuitModel,
): DecidedFrom {
  const circuit = from.site.circuits.get(id);
  if (circuit === undefined) return from;
  // In the order of the document, which rows and decisions keep.
  const circuits = new Map([...from.site.circuits].map(([each, known]) => [each, each === id ? change(known) : known]));
  return { ...from, site: { ...from.site, circuits } };
}

function withMorePower(from: DecidedFrom, id: CircuitId, byW: Watts): DecidedFrom {
  const more = (limitW: Watts): Watts => watts(limitW + byW);
  const { site, state } = onCircuit(from, id, (circuit) =>
    circuit.powerLimitW === undefined ? circuit : { ...circuit, powerLimitW: more(circuit.powerLimitW) },
  );
  const isRoot = id === site.rootCircuitId;
  const { demandGuard } = from.memory;
  const override = isRoot ? site.limitOverride : undefined;
  return {
    ...from,
    site:
      override === undefined
        ? site
        : { ...site, limitOverride: { ...override, powerLimitW: more(override.powerLimitW) } },
    ...(isRoot && demandGuard !== undefined
      ? { memory: { ...from.memory, demandGuard: { ...demandGuard, limitW: demandGuard.limitW + byW } } }
      : {}),
    state: { ...state, grid: raisedGrid(state.grid, (target) => target === id || (isRoot && target === ''), more) },
  };
}

function raisedGrid(
  grid: GridTimelines,
  isMeant: (target: CircuitId | '') => boolean,
  more: (limitW: Watts) => Watts,
): GridTimelines {
  if (![...grid.keys()].some(isMeant)) return grid;
  return new Map(
    [...grid].map(([target, timeline]): [CircuitId | '', GridTimeline] => [
      target,
      isMeant(target)
        ? { ...timeline, limits: timeline.limits.map((limit) => ({ ...limit, limitW: more(limit.limitW) })) }
        : timeline,
    ]),
  );
}

/** Names a raise among others: what was decided under it is not decided again. */
export const keyOf = (raises: readonly Raise[]): string =>
  raises
    .map((raise) => [raise.circuitId, raise.kind, raise.kind === 'power' ? raise.byW : raise.byDeciA].join('\n'))
    .join('\n\n');
