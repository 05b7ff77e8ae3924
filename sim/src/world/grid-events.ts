import type { SitePlan } from '../documents.ts';
import type { Chance } from './chance.ts';
import { LAST_BEFORE_MS, type RunTimes } from './limit-requests.ts';

/** An event, and when the site first hears of it. All ms since the start of the run. */
export interface GridEvent {
  readonly circuit: string;
  readonly limitKw: number;
  readonly announcedAtMs: number;
  readonly startMs: number;
  readonly endMs: number;
  /** From then on it is none. Absent: never. */
  readonly cancelledAtMs?: number;
}

/** Of seeds: those with a utility that announces something. */
const SHARE = 0.35;
const MOST_EVENTS = 3;
/** Of events those of the whole site; the others are of a panel. */
const SITE_SHARE = 0.5;
/** Of what the circuit may have otherwise. */
const LOWERED_TO: readonly [number, number] = [0.45, 0.9];
/** Cars have come by then. */
const FIRST_TOLD_MS = 90_000;
const FIRST_MS = 200_000;
const LASTS_MS: readonly [number, number] = [60_000, 300_000];
/** Of events: those that are announced well ahead, a little ahead, and too late; and how long ahead. */
const NOTICES: readonly { readonly share: number; readonly aheadMs: readonly [number, number] }[] = [
  { share: 0.5, aheadMs: [300_000, 900_000] },
  { share: 0.25, aheadMs: [15_000, 150_000] },
  { share: 0.25, aheadMs: [-30_000, 15_000] },
];
/** Of those after the first: those that begin while the one before still holds, on the same circuit. */
const OVERLAPS_SHARE = 0.5;
const CANCELLED_SHARE = 0.25;

/** By the seed; in most of them none. `always`: in every seed. */
export function gridEventsOf(
  { chance, plan, times }: { readonly chance: Chance; readonly plan: SitePlan; readonly times: RunTimes },
  always: boolean,
): readonly GridEvent[] {
  if (!always && chance.draw('grid', 'utility', 0) >= SHARE) return [];
  const events: GridEvent[] = [];
  const most = 1 + Math.floor(chance.draw('grid', 'events', 0) * MOST_EVENTS);
  // It is measured what is used again.
  const lastMs = times.measuredFromMs - LAST_BEFORE_MS;
  for (let count = 0; count < most; count += 1) {
    const before = events.at(-1);
    const overlaps = before !== undefined && chance.draw('grid', 'overlaps', count) < OVERLAPS_SHARE;
    const [fromMs, toMs] = overlaps ? [before.startMs, before.endMs] : [FIRST_MS, lastMs];
    const startMs = Math.round(chance.drawBetween(['grid', 'start', count], fromMs, toMs));
    const endMs = Math.min(lastMs, startMs + Math.round(chance.drawBetween(['grid', 'lasts', count], ...LASTS_MS)));
    const { circuit, fullKw } = overlaps
      ? circuitNamed(plan, before.circuit)
      : drawnCircuit(chance, plan, 'grid', count);
    const limitKw = Math.round(fullKw * chance.drawBetween(['grid', 'to', count], ...LOWERED_TO) * 10) / 10;
    const announcedAtMs = Math.max(FIRST_TOLD_MS, startMs - aheadMs(chance, count));
    if (endMs > Math.max(startMs, announcedAtMs))
      events.push({
        circuit,
        limitKw,
        announcedAtMs,
        startMs,
        endMs,
        ...cancelled(chance, count, { announcedAtMs, endMs }),
      });
  }
  return events;
}

function aheadMs(chance: Chance, count: number): number {
  let draw = chance.draw('grid', 'notice', count);
  const notice = NOTICES.find(({ share }) => (draw -= share) < 0);
  return notice === undefined ? 0 : Math.round(chance.drawBetween(['grid', 'ahead', count], ...notice.aheadMs));
}

function cancelled(
  chance: Chance,
  count: number,
  { announcedAtMs, endMs }: Pick<GridEvent, 'announcedAtMs' | 'endMs'>,
) {
  if (chance.draw('grid', 'cancelled', count) >= CANCELLED_SHARE) return {};
  return { cancelledAtMs: Math.round(chance.drawBetween(['grid', 'cancelled at', count], announcedAtMs + 1, endMs)) };
}

interface Circuit {
  readonly circuit: string;
  /** What it may have without any event. */
  readonly fullKw: number;
}

const circuitsOf = ({ document: { spec } }: SitePlan): readonly Circuit[] =>
  spec.circuits.map(({ name, limitKw, ratingPerPhaseA }) => ({
    circuit: name,
    fullKw: limitKw ?? (3 * ratingPerPhaseA * spec.nominalVoltageV) / 1_000,
  }));

function circuitNamed(plan: SitePlan, name: string): Circuit {
  const found = circuitsOf(plan).find(({ circuit }) => circuit === name);
  if (found === undefined) throw new RangeError(`the site has no circuit ${name}`);
  return found;
}

/** The site itself, or one of its panels. `what`: whose draws these are. */
export function drawnCircuit(chance: Chance, plan: SitePlan, what: string, count = 0): Circuit {
  const [root, ...panels] = circuitsOf(plan);
  const panel = panels[Math.floor(chance.draw(what, 'panel', count) * panels.length)];
  const drawn = chance.draw(what, 'site', count) < SITE_SHARE ? root : (panel ?? root);
  if (drawn === undefined) throw new RangeError('the site has no circuit');
  return drawn;
}
