import type { SiteDocument } from '../documents.ts';

/** A row of the site by its document alone: one conductor of a circuit, or the power contract over all three. */
export interface SiteRow {
  readonly name: string;
  readonly limitA: number;
  /** Positions of the grid's phases that count: one, or all three. */
  readonly phases: readonly number[];
  /** EVSEs behind it. */
  readonly evses: ReadonlySet<string>;
  /** Whether the building is behind it. */
  readonly hasBuilding: boolean;
  /** What the building may come to here, A summed over `phases`: at most `worstA`, and at most `risesA` more within a lease. */
  readonly worstA: number;
  readonly risesA: number;
}

const PHASES = ['L1', 'L2', 'L3'];
const THREE = [0, 1, 2];

/** Names of the rows of a circuit: its conductors, and its contract. */
export const phaseRowsOf = (circuit: string): readonly string[] => PHASES.map((phase) => `${circuit} ${phase}`);
export const powerRowOf = (circuit: string): string => `${circuit} power`;
/** What this power comes to, A summed over the phases. */
export const powerA = (kw: number, { spec }: SiteDocument): number => (kw * 1_000) / spec.nominalVoltageV;

export interface SiteEvse {
  readonly evseId: string;
  /** Grid phase (0, 1, 2) behind each phase of the socket. */
  readonly gridPhases: readonly number[];
  /** It hangs between the two, and takes the same current from both. Default: from each to neutral. */
  readonly isPair?: true;
  readonly maxA: number;
  readonly minimumA: number;
  readonly fallbackA: number;
  /** So often its contactor is closed within an hour at most. Absent: as often as usual. */
  readonly mostClosingsAnHour?: number;
  /** Of a DC station: of each watt that its supply gives, what comes out at the least, and the most that does, W. Absent: AC. */
  readonly dc?: { readonly outputPart: number; readonly mostW: number };
}

export interface SiteFacts {
  readonly rows: readonly SiteRow[];
  readonly evses: ReadonlyMap<string, SiteEvse>;
  readonly nominalVoltageV: number;
  /** So long a limit above the fallback holds at most without another one. */
  readonly leaseS: number;
}

type Circuit = SiteDocument['spec']['circuits'][number];

/** Of a limit that no document has: what the grid asks of a circuit for a while, in sum over its phases. */
export interface GridRow extends SiteRow {
  readonly circuit: string;
}

/** One for each circuit; without a limit of their own. */
export function gridRowsOf({ spec }: SiteDocument, facts: SiteFacts): readonly GridRow[] {
  return spec.circuits.flatMap(({ name: circuit }) => {
    const conductor = facts.rows.find(({ name }) => name === phaseRowsOf(circuit)[0]);
    if (conductor === undefined) return [];
    const { worstA, risesA } = conductor;
    const sums = { limitA: Number.POSITIVE_INFINITY, phases: THREE, worstA: 3 * worstA, risesA: 3 * risesA };
    return [{ ...conductor, ...sums, circuit, name: `${circuit} grid` }];
  });
}

/** Reads the document with nobody's help: what it says is what counts. */
export function siteFactsOf(document: SiteDocument): SiteFacts {
  const { spec } = document;
  const parents = new Map(spec.circuits.map(({ name, parent }) => [name, parent]));
  const isBehind = (circuit: string, ancestor: string): boolean => {
    for (let at: string | undefined = circuit; at !== undefined; at = parents.get(at)) if (at === ancestor) return true;
    return false;
  };
  const evsesBehind = (circuit: string): ReadonlySet<string> =>
    new Set(
      spec.stations
        .filter((station) => isBehind(station.circuit, circuit))
        .flatMap(({ id, evses }) => evses.map(({ evse }) => `${id}/${evse}`)),
    );
  const rowsOf = ({ name, ratingPerPhaseA, limitKw, continuousFactor = 1 }: Circuit): readonly SiteRow[] => {
    const buildings = spec.meters.filter((meter) => isBehind(meter.circuit, name));
    const sum = (amps: (meter: (typeof buildings)[number]) => number): number =>
      buildings.reduce((all, meter) => all + amps(meter), 0);
    const worstA = sum((meter) => meter.worstCasePerPhaseA);
    // Nothing promised: up to the worst case at any moment.
    const risesA = sum((meter) => meter.risesAtMostPerPhaseA ?? meter.worstCasePerPhaseA);
    // Of other load the factor lets more flow than of charging: no site here has both.
    if (continuousFactor < 1 && buildings.length > 0) throw new Error(`${name} has other load, and a factor`);
    const common = { evses: evsesBehind(name), hasBuilding: buildings.length > 0, worstA, risesA };
    const conductors = phaseRowsOf(name).map((row, phase) => ({
      ...common,
      name: row,
      limitA: ratingPerPhaseA * continuousFactor,
      phases: [phase],
    }));
    if (limitKw === undefined) return conductors;
    const limitA = powerA(limitKw, document);
    const threefold = { worstA: 3 * worstA, risesA: 3 * risesA };
    return [...conductors, { ...common, ...threefold, name: powerRowOf(name), limitA, phases: THREE }];
  };
  const evses = spec.stations.flatMap(({ id, evses: all }) =>
    all.map(({ evse, phases, wiring, maxA, minimumA, fallbackA, dc, switching }): [string, SiteEvse] => {
      const evseId = `${id}/${evse}`;
      const gridPhases = phases.map((phase) => PHASES.indexOf(phase));
      const output = dc && { outputPart: dc.efficiency * dc.powerFactor, mostW: dc.maxKw * 1_000 };
      const pair = wiring === undefined ? {} : { isPair: true as const };
      const most = switching === undefined ? {} : { mostClosingsAnHour: switching.mostClosingsAnHour };
      const common = { evseId, gridPhases, ...pair, maxA, minimumA, fallbackA, ...most };
      return [evseId, output === undefined ? common : { ...common, dc: output }];
    }),
  );
  const { nominalVoltageV, policy } = spec;
  const leaseS = Number.parseInt(policy.lease, 10);
  return { rows: spec.circuits.flatMap(rowsOf), evses: new Map(evses), nominalVoltageV, leaseS };
}

/** `ST-001` of `ST-001/2`. */
export const stationIdOf = (evseId: string): string => evseId.slice(0, evseId.lastIndexOf('/'));
