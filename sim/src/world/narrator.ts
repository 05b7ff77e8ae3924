import type { PhaseTriple } from '../checkers/circuits.ts';
import type { ControlFact } from '../checkers/decisions.ts';
import type { SiteFacts, SiteRow } from '../checkers/site-facts.ts';
import type { WireProfile } from '../checkers/wire-profile.ts';
import type { BayLoad } from '../station/bay-view.ts';

/** A station as it is at one moment. */
export interface Seen {
  readonly stationId: string;
  readonly bay: Pick<BayLoad, 'plugged' | 'phasesUsed' | 'wantsA' | 'currentA'> & {
    readonly obeyed: { readonly limitA: number };
  };
}

export interface NarratorDeps {
  readonly site: SiteFacts;
  /** The limit of a row now, A. */
  readonly limitOf: (row: SiteRow) => number;
  readonly say: (text: string) => void;
}

/** Tells a person what happens on the site: cars, what is decided, what stations obey, and each minute how full its circuits are. */
export interface Narrator {
  decided(fact: ControlFact): void;
  /** A limit has come to a station. */
  told(stationId: string, profile: Pick<WireProfile, 'limitsA' | 'durationS' | 'validToMs' | 'isUpdate'>): void;
  looked(nowMs: number, seen: readonly Seen[], building: PhaseTriple): void;
}

const MINUTE_MS = 60_000;
/** Of a decision that moves many. */
const MOST_NAMED = 8;
/** Rows that are named each minute, the fullest first. */
const ROWS_NAMED = 3;

const amps = (value: number): string => `${Number(value.toFixed(1))} A`;

export function createNarrator({ site, limitOf, say }: NarratorDeps): Narrator {
  const bays = new Map<string, { readonly plugged: boolean; readonly limitA: number }>();
  const limits = new Map<string, number>();
  let minuteAtMs = -Infinity;

  const lookedAt = ({ stationId, bay }: Seen): void => {
    const { plugged, obeyed, phasesUsed, wantsA } = bay;
    const { plugged: was = false, limitA } = bays.get(stationId) ?? {};
    bays.set(stationId, { plugged, limitA: obeyed.limitA });
    if (plugged && !was)
      say(`${stationId}: a car plugs in, on ${phasesUsed === 1 ? 'one phase' : `${phasesUsed} phases`}`);
    if (!plugged && was) say(`${stationId}: the car leaves`);
    if (limitA === undefined || limitA === obeyed.limitA || !plugged) return;
    const wants = wantsA === 0 ? '' : `; its car would take ${amps(wantsA)}`;
    say(`${stationId} obeys ${amps(obeyed.limitA)}, ${amps(limitA)} before${wants}`);
  };

  const minute = (seen: readonly Seen[], building: PhaseTriple): void => {
    const flows = new Map(seen.map(({ stationId, bay }) => [`${stationId}/1`, bay]));
    const rows = site.rows.map((row) => {
      const other = row.hasBuilding ? row.phases.reduce((sum, phase) => sum + (building[phase] ?? 0), 0) : 0;
      let sum = other;
      for (const evseId of row.evses) sum += flowIn(row, flows.get(evseId), site.evses.get(evseId)?.gridPhases ?? []);
      return { name: row.name, sum, limit: limitOf(row) };
    });
    const fullest = rows.toSorted((a, b) => b.sum / b.limit - a.sum / a.limit).slice(0, ROWS_NAMED);
    const charging = seen.filter(({ bay }) => bay.currentA > 0).length;
    const plugged = seen.filter(({ bay }) => bay.plugged).length;
    const words = fullest.map(({ name, sum, limit }) => `${name} ${Math.round(sum)} of ${Math.round(limit)} A`);
    say(`--- ${charging} of ${plugged} cars charge; ${words.join(', ')}`);
  };

  return {
    told(stationId, { limitsA, durationS, validToMs, isUpdate }) {
      const until = validToMs === undefined ? 'for good' : `until ${new Date(validToMs).toISOString().slice(11, 19)}`;
      const span = isUpdate ? 'as before' : durationS === undefined ? until : `for ${durationS} s`;
      say(`${stationId} is told ${limitsA.map(amps).join(', then ')} ${span}`);
    },
    decided(fact) {
      if (fact.kind !== 'decided') return;
      const moved = fact.limits.filter(({ evseId, limitA }) => (limits.get(evseId) ?? 0) !== limitA);
      for (const { evseId, limitA } of fact.limits) limits.set(evseId, limitA);
      if (moved.length === 0) return;
      const named = moved.slice(0, MOST_NAMED).map(({ evseId, limitA }) => `${evseId} ${amps(limitA)}`);
      const rest = moved.length > MOST_NAMED ? ` and ${moved.length - MOST_NAMED} more` : '';
      say(`decision ${fact.epoch}/${fact.seq}: ${named.join(', ')}${rest}`);
    },
    looked(nowMs, seen, building) {
      for (const each of seen) lookedAt(each);
      if (nowMs - minuteAtMs < MINUTE_MS) return;
      minuteAtMs = nowMs;
      minute(seen, building);
    },
  };
}

const flowIn = ({ phases }: SiteRow, bay: Seen['bay'] | undefined, gridPhases: readonly number[]): number =>
  bay === undefined
    ? 0
    : bay.currentA * gridPhases.slice(0, bay.phasesUsed).filter((phase) => phases.includes(phase)).length;
