import type { Day, DayKind } from '../generate/session.ts';
import { isPresent, type LinePhase, type SlotRow, type SlotSession, slotSessions, slotsOf } from './slotted.ts';

/**
 * BG5. `one`: a single circuit; `tree`: panels of ten EVSEs (cabinets of three at the hub) below it; `delta`: one circuit, each EVSE between
 * two of its conductors in turn, and so every car of one phase. A hub of DC stations has no delta.
 */
export type Topology = 'one' | 'tree' | 'delta';
export const TOPOLOGIES: readonly Topology[] = ['one', 'tree', 'delta'];

const LINES: readonly LinePhase[] = [0, 1, 2];
const PANEL: Readonly<Record<DayKind, number>> = { workplace: 10, depot: 10, residential: 10, hub: 3 };
/** Of what its cars would draw together at their worst moment, a panel can bear so much. */
const PANEL_SHARE = 0.45;
export const ROOT = 'grid';

/** Sessions and panels of a day; the limit of its root comes later. */
export interface BareSite {
  readonly slots: number;
  readonly sessions: readonly SlotSession[];
  /** Of the root, without a limit yet. */
  readonly roots: readonly Omit<SlotRow, 'capacityA'>[];
  readonly panels: readonly SlotRow[];
  /** Circuit of each EVSE. */
  readonly circuitOf: readonly string[];
  /** Each EVSE hangs between two conductors. */
  readonly isDelta?: true;
}

/** Of the pairs in turn: which conductors, and how an ampere of it flows in each of them (PH9). */
const COS_30 = Math.sqrt(3) / 2;
const ARROWS = [
  { x: COS_30, y: 0.5 },
  { x: COS_30, y: -0.5 },
] as const;
const pairOf = (evse: number): readonly LinePhase[] => [(evse % 3) as LinePhase, ((evse + 1) % 3) as LinePhase];

/** A day on one circuit, between its conductors; 230 V lie between two of them. */
function deltaSite(day: Day): BareSite {
  const sessions = slotSessions(day).map((session) => ({
    ...session,
    car: { ...session.car, phases: 1 as const, wattsPerAmp: session.car.wattsPerAmp / session.car.phases },
    lines: pairOf(session.evse),
  }));
  return {
    ...{ sessions, slots: slotsOf(sessions), isDelta: true, panels: [] },
    circuitOf: Array.from({ length: day.evses }, () => ROOT),
    roots: LINES.map((line) => {
      const members = sessions.flatMap(({ lines }, place) => (lines.includes(line) ? [place] : []));
      const phasors = members.map((place) => ARROWS[sessions[place]?.lines[0] === line ? 0 : 1]);
      return { name: `${ROOT} l${line + 1}`, circuit: ROOT, members, phasors };
    }),
  };
}

export function bareSite(day: Day, topology: Topology): BareSite {
  if (topology === 'delta') return deltaSite(day);
  const sessions = slotSessions(day);
  const slots = slotsOf(sessions);
  const size = PANEL[day.kind];
  const circuitOf = Array.from({ length: day.evses }, (_, evse) =>
    topology === 'one' ? ROOT : `panel-${Math.floor(evse / size) + 1}`,
  );
  const rowsOf = (circuit: string, isIn: (session: SlotSession) => boolean): readonly Omit<SlotRow, 'capacityA'>[] =>
    LINES.map((line) => ({
      ...{ name: `${circuit} l${line + 1}`, circuit },
      members: sessions.flatMap((session, place) => (isIn(session) && session.lines.includes(line) ? [place] : [])),
    }));
  const panels = topology === 'one' ? [] : [...new Set(circuitOf)];
  return {
    ...{ slots, sessions, circuitOf },
    roots: rowsOf(ROOT, () => true),
    panels: panels.flatMap((circuit) => {
      const rows = rowsOf(circuit, ({ evse }) => circuitOf[evse] === circuit);
      // One rating for its three conductors, as panels have.
      const rating = panelRating(rows, sessions, slots);
      return rows.map((row) => ({ ...row, capacityA: new Float64Array(slots).fill(rating) }));
    }),
  };
}

function panelRating(
  rows: readonly Omit<SlotRow, 'capacityA'>[],
  sessions: readonly SlotSession[],
  slots: number,
): number {
  let worstA = 0;
  for (const { members } of rows) {
    for (let slot = 0; slot < slots; slot += 1) {
      let sumA = 0;
      for (const place of members) {
        const session = sessions[place];
        if (session !== undefined && isPresent(session, slot)) sumA += session.car.maxCurrentA;
      }
      worstA = Math.max(worstA, sumA);
    }
  }
  return Math.ceil(PANEL_SHARE * worstA);
}
