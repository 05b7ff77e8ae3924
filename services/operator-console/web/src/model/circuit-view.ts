import { amperes, kilowatts, words } from './format.ts';
import type { CircuitHeat, CircuitLive, EvseLive, LiveSite, PerPhase, PhaseName } from './live-site.ts';

export interface PhaseUse {
  readonly phase: PhaseName;
  readonly label: string;
  readonly usedA: number | null;
  readonly limitA: number | null;
  /** 0..1 of the limit, of the cars and of everything else. */
  readonly otherShare: number;
  readonly carsShare: number;
  readonly binding: boolean;
}

export interface CircuitView {
  readonly circuitId: string;
  readonly name: string;
  readonly depth: number;
  readonly drawnKw: number | null;
  readonly powerLimitKw: number | null;
  readonly phases: readonly PhaseUse[];
  readonly bindingWords: string;
  /** The power limit, where it is not what binds. */
  readonly limitWords: string;
  readonly binding: boolean;
  readonly evseCount: number;
  readonly heat: CircuitHeat | null;
}

const PHASES: readonly { readonly phase: PhaseName; readonly label: string; readonly key: keyof PerPhase }[] = [
  { phase: 'l1', label: 'L1', key: 'l1A' },
  { phase: 'l2', label: 'L2', key: 'l2A' },
  { phase: 'l3', label: 'L3', key: 'l3A' },
];

/** A conductor is called full once what may be drawn on it leaves less than the least a car can start with (6 A, IEC 61851-1). */
const FULL_WITHIN_A = 6;
const MAX_DEPTH = 8;

export function circuitViews(site: LiveSite): readonly CircuitView[] {
  const boundBy = bindingRows(site.evses);
  return inTreeOrder(site.circuits).map(({ circuit, depth }) => {
    const rows = boundBy.get(circuit.circuitId) ?? new Set<string>();
    const phases = PHASES.map((phase) => phaseUse(circuit, phase, rows));
    const bindingWords = bindingSentence(circuit, phases, rows);
    return {
      circuitId: circuit.circuitId,
      name: circuit.name,
      depth,
      drawnKw: circuit.drawnKw,
      powerLimitKw: circuit.powerLimitKw,
      phases,
      bindingWords,
      limitWords: limitSentence(circuit, rows),
      binding: phases.some((phase) => phase.binding) || rows.size > 0,
      evseCount: evsesBeneath(site, circuit.circuitId),
      heat: circuit.heat,
    };
  });
}

/** Which rows of which circuit the allocator named as the reason for somebody's limit. The page never derives a reason of its own. */
function bindingRows(evses: readonly EvseLive[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const evse of evses) {
    if (evse.reason === null || evse.reason.circuitId === null || evse.reason.row === null) continue;
    const rows = found.get(evse.reason.circuitId) ?? new Set<string>();
    rows.add(evse.reason.row.toLowerCase());
    found.set(evse.reason.circuitId, rows);
  }
  return found;
}

function phaseUse(
  circuit: CircuitLive,
  { phase, label, key }: (typeof PHASES)[number],
  rows: ReadonlySet<string>,
): PhaseUse {
  const limitA = circuit.limit?.[key] ?? null;
  const carsA = circuit.drawn?.[key] ?? null;
  const otherA = circuit.otherLoad?.[key] ?? null;
  const usedA = carsA === null ? null : carsA + (otherA ?? 0);
  const committedA = (circuit.committed?.[key] ?? carsA ?? 0) + (otherA ?? 0);
  const full = limitA !== null && circuit.committed !== null && limitA - committedA < FULL_WITHIN_A;
  return {
    phase,
    label,
    usedA,
    limitA,
    otherShare: share(otherA, limitA),
    carsShare: share(carsA, limitA),
    binding: rows.has(phase) || (full && rows.size === 0),
  };
}

function share(partA: number | null, limitA: number | null): number {
  if (partA === null || limitA === null || limitA <= 0) return 0;
  return Math.min(1, Math.max(0, partA / limitA));
}

function bindingSentence(circuit: CircuitLive, phases: readonly PhaseUse[], rows: ReadonlySet<string>): string {
  const full = phases.filter((phase) => phase.binding).map((phase) => phase.label);
  if (rows.has('power')) return `Binding: power limit ${words(kilowatts(circuit.powerLimitKw))}`;
  if (full.length === 3) return 'Binding: all three phases';
  if (full.length > 0) return `Binding: ${full.join(' and ')}`;
  const spare = leastSpareA(circuit, phases);
  return spare === null ? 'Not measured' : `${words(amperes(Math.floor(spare)))} spare`;
}

function limitSentence(circuit: CircuitLive, rows: ReadonlySet<string>): string {
  if (circuit.powerLimitKw === null || rows.has('power')) return '';
  return ` · limit ${words(kilowatts(circuit.powerLimitKw))}`;
}

function leastSpareA(circuit: CircuitLive, phases: readonly PhaseUse[]): number | null {
  if (circuit.limit === null) return null;
  const spares = phases.flatMap((phase) =>
    phase.usedA === null || phase.limitA === null ? [] : [phase.limitA - phase.usedA],
  );
  return spares.length === 0 ? null : Math.max(0, Math.min(...spares));
}

interface Placed {
  readonly circuit: CircuitLive;
  readonly depth: number;
}

/** Parents before children, siblings in the document's order. A loop or a missing parent must not hide a circuit: it goes to the end. */
function inTreeOrder(circuits: readonly CircuitLive[]): readonly Placed[] {
  const placed: Placed[] = [];
  const seen = new Set<string>();
  const visit = (circuit: CircuitLive, depth: number): void => {
    if (seen.has(circuit.circuitId) || depth > MAX_DEPTH) return;
    seen.add(circuit.circuitId);
    placed.push({ circuit, depth });
    for (const child of circuits) if (child.parentCircuitId === circuit.circuitId) visit(child, depth + 1);
  };
  for (const circuit of circuits) if (circuit.parentCircuitId === null) visit(circuit, 0);
  for (const circuit of circuits) visit(circuit, 0);
  return placed;
}

function evsesBeneath(site: LiveSite, circuitId: string): number {
  const beneath = new Set([circuitId]);
  for (const { circuit } of inTreeOrder(site.circuits)) {
    if (circuit.parentCircuitId !== null && beneath.has(circuit.parentCircuitId)) beneath.add(circuit.circuitId);
  }
  return site.evses.filter((evse) => beneath.has(evse.circuitId)).length;
}
