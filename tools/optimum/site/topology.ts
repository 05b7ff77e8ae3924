import type { Day, DayKind } from '../generate/session.ts';
import { isPresent, type LinePhase, type SlotRow, type SlotSession, slotSessions, slotsOf } from './slotted.ts';

/** BG5. `one`: a single circuit; `tree`: panels of ten EVSEs (cabinets of three at the hub) below it. */
export type Topology = 'one' | 'tree';

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
}

export function bareSite(day: Day, topology: Topology): BareSite {
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
