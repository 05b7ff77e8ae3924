import { stateLook, type StateLook } from './evse-state.ts';
import {
  age,
  amperes,
  clockOrDay,
  clockTimeOn,
  decimal,
  duration,
  inSiteTime,
  kilowattHours,
  kilowatts,
  unitsKept,
  whole,
  words,
} from './format.ts';
import { EVSE_PERIOD_MS, EVSE_TRUST_MS, freshness, runningAge, type Freshness } from './freshness.ts';
import type { EvseLive, LiveSite } from './live-site.ts';

/** Everything one card shows, in words and shares, so that a card is drawn anew only when something a person can see has changed. */
export interface EvseView {
  readonly evseId: string;
  readonly name: string;
  readonly look: StateLook;
  readonly drawn: string;
  readonly commanded: string;
  readonly offered: string;
  readonly scaleKw: string;
  readonly drawnPercent: number;
  readonly commandedPercent: number | null;
  readonly offeredPercent: number | null;
  readonly reason: string;
  /** The reason without a power in front that the card shows large already. */
  readonly shortReason: string;
  readonly energy: string;
  readonly ready: string;
  readonly late: boolean;
  readonly age: string;
  readonly freshness: Freshness;
  readonly label: string;
}

export interface ViewContext {
  readonly site: LiveSite;
  /** How long ago the document came, on this machine's own clock: the server's and ours need not agree. */
  readonly sinceReceivedMs: number;
}

/** Below this a rest to charge says nothing about when the car is ready. */
const MIN_KW_FOR_ESTIMATE = 0.3;
const HOUR_MS = 3_600_000;
const LEADING_POWER = /^[\d.]+\s?kW\.\s+(?=\S)/;

export function evseView(evse: EvseLive, { site, sinceReceivedMs }: ViewContext): EvseView {
  const look = stateLook(evse.state);
  const ageMs = runningAge(evse.ageMs, sinceReceivedMs);
  const fresh = evseFreshness(evse, ageMs);
  const scaleKw = scaleOf(evse, site.nominalVoltageV);
  const drawn = fresh === 'gone' ? null : evse.drawnKw;
  const ready = readyOf(evse, site.atMs);
  const reason = unitsKept(inSiteTime(whyWords(evse), site.atMs, site.timezone));
  return {
    evseId: evse.evseId,
    name: evse.name,
    look,
    drawn: kilowatts(drawn).value,
    commanded: kilowatts(evse.commandedKw).value,
    offered: kilowatts(evse.offeredKw).value,
    scaleKw: decimal(scaleKw, 0),
    drawnPercent: percentOf(drawn, scaleKw) ?? 0,
    commandedPercent: percentOf(evse.commandedKw, scaleKw),
    offeredPercent: percentOf(evse.offeredKw, scaleKw),
    reason,
    shortReason: reason.replace(LEADING_POWER, ''),
    energy: energyWords(evse),
    ready: readyWords(ready, (atMs) => clockOrDay(atMs, site.atMs, site.timezone)),
    late: ready.kind === 'late',
    age: evse.ageMs === null ? '' : age(ageMs),
    freshness: fresh,
    label: `${evse.name}, ${look.word.toLowerCase()}, ${words(kilowatts(drawn))} drawn`,
  };
}

/** Two views that show the same need no redraw. */
export function sameView(a: EvseView, b: EvseView): boolean {
  return (Object.keys(a) as (keyof EvseView)[]).every((key) => a[key] === b[key]);
}

function evseFreshness(evse: EvseLive, ageMs: number | null): Freshness {
  if (!evse.connected) return ageMs !== null && ageMs <= EVSE_TRUST_MS ? 'ageing' : 'gone';
  // Stations measure transactions: without one, silence is no fault, unless the server itself calls the value stale.
  if (!evse.stale && (evse.session?.transactionId ?? null) === null) return 'fresh';
  return freshness({ ageMs, stale: evse.stale, periodMs: EVSE_PERIOD_MS, trustMs: EVSE_TRUST_MS });
}

/** The bar ends at what the EVSE can give: its maximum current on its own phases. */
export function scaleOf(evse: EvseLive, nominalVoltageV: number): number {
  const kw = (evse.maxA ?? 0) * kwPerAmpere(evse, nominalVoltageV);
  return Math.max(kw, evse.drawnKw ?? 0, evse.commandedKw ?? 0, evse.offeredKw ?? 0, 1);
}

/** Of a limit, which holds on each of its phases. */
function kwPerAmpere({ phases, wiring }: EvseLive, nominalVoltageV: number): number {
  const loops = wiring === 'line-to-line' ? Math.sqrt(3) : Math.max(1, phases.length);
  return (nominalVoltageV * loops) / 1000;
}

function percentOf(kw: number | null, scaleKw: number): number | null {
  if (kw === null) return null;
  return Math.round(Math.min(1, Math.max(0, kw / scaleKw)) * 1000) / 10;
}

function energyWords(evse: EvseLive): string {
  if (evse.session === null) return 'No session';
  const energy = kilowattHours(evse.session.energyKwh);
  if (evse.session.requestedKwh === null) return words(energy);
  return `${energy.value} of ${words(kilowattHours(evse.session.requestedKwh))}`;
}

export interface Ready {
  readonly kind: 'none' | 'complete' | 'leaves' | 'ready' | 'late';
  readonly atMs: number | null;
}

/** When the session has what was asked, at the power drawn now; else when the car leaves. */
export function readyOf(evse: EvseLive, nowMs: number): Ready {
  const readyAtMs = readyAt(evse, nowMs);
  const leavesMs = evse.session?.departureAtMs ?? null;
  if (readyAtMs === 'done') return { kind: 'complete', atMs: null };
  if (readyAtMs === null) return { kind: leavesMs === null ? 'none' : 'leaves', atMs: leavesMs };
  return { kind: leavesMs !== null && readyAtMs > leavesMs ? 'late' : 'ready', atMs: readyAtMs };
}

/** Late is said in words, not by colour alone. */
export function readyWords({ kind, atMs }: Ready, at: (atMs: number | null) => string): string {
  switch (kind) {
    case 'none':
      return '';
    case 'complete':
      return 'Complete';
    case 'leaves':
      return `Leaves ${at(atMs)}`;
    case 'ready':
      return `Ready ${at(atMs)}`;
    case 'late':
      return `Late, ${at(atMs)}`;
  }
}

function readyAt(evse: EvseLive, nowMs: number): number | 'done' | null {
  const { session } = evse;
  if (session === null || session.requestedKwh === null || session.energyKwh === null) return null;
  const restKwh = session.requestedKwh - session.energyKwh;
  if (restKwh <= 0.05) return 'done';
  if (evse.drawnKw === null || evse.drawnKw < MIN_KW_FOR_ESTIMATE || evse.stale) return null;
  const restMs = (restKwh / evse.drawnKw) * HOUR_MS;
  return restMs > 48 * HOUR_MS ? null : nowMs + restMs;
}

/** What flows back stands in front: it is the rarer thing, and what the car may take stays as it is beside it. */
function whyWords(evse: EvseLive): string {
  const reason = evse.reason?.sentence ?? restWords(evse);
  if (evse.givesBack === null) return reason;
  const { targetA, sentence } = evse.givesBack;
  return `${sentence === '' ? `Gives back ${words(amperes(targetA))}.` : sentence} ${reason}`;
}

function restWords(evse: EvseLive): string {
  if (!evse.connected) return offlineWords(evse);
  if (evse.state === 'free') return 'No car here.';
  return 'No reason reported.';
}

function offlineWords(evse: EvseLive): string {
  if (evse.fallbackA === null) return 'Station not connected.';
  return `Station not connected: its own limit of ${words(amperes(evse.fallbackA))} holds.`;
}

/** One step of the way from what the EVSE could give to what the car takes. */
export interface ExplainStep {
  readonly label: string;
  readonly kw: number | null;
  readonly note: string;
  /** What this step takes away from the one before it; null when it takes nothing. */
  readonly cutKw: number | null;
}

/** Less than this is rounding on the way, not a reason. */
const CUT_KW = 0.15;

/** The waterfall of the drawer: EVSE, share of its circuit, commanded, offered, drawn; a step that takes something away says so. */
export function explainSteps(evse: EvseLive, site: LiveSite): readonly ExplainStep[] {
  const kwPerA = kwPerAmpere(evse, site.nominalVoltageV);
  const circuit = site.circuits.find((each) => each.circuitId === evse.circuitId);
  const inKw = (currentA: number | null): number | null => (currentA === null ? null : currentA * kwPerA);
  const phases = evse.phases.length === 0 ? '' : ` on ${evse.phases.map((phase) => phase.toUpperCase()).join(', ')}`;
  const steps = [
    { label: 'EVSE maximum', kw: inKw(evse.maxA), note: `${words(amperes(evse.maxA))}${phases}` },
    { label: `Share of ${circuit?.name ?? 'the circuit'}`, kw: inKw(evse.targetA), note: words(amperes(evse.targetA)) },
    { label: 'Commanded', kw: evse.commandedKw, note: words(amperes(evse.commandedA)) },
    { label: 'Offered to the car', kw: evse.offeredKw, note: words(amperes(evse.offeredA)) },
    { label: 'Drawn by the car', kw: evse.drawnKw, note: drawnWords(evse) },
  ];
  return steps.map((step, index) => {
    const before = steps.slice(0, index).findLast((earlier) => earlier.kw !== null)?.kw ?? null;
    const cutKw = before === null || step.kw === null ? 0 : before - step.kw;
    return { ...step, cutKw: cutKw > CUT_KW ? cutKw : null };
  });
}

/** Per conductor, because a car may take less on one of them. */
function drawnWords(evse: EvseLive): string {
  const { drawn } = evse;
  if (drawn === null) return 'not measured';
  const perPhase = evse.phases.map((phase) => `${phase.toUpperCase()} ${words(amperes(drawn[PHASE_KEYS[phase]]))}`);
  return perPhase.join(', ');
}

const PHASE_KEYS = { l1: 'l1A', l2: 'l2A', l3: 'l3A' } as const;

export function leaseWords(evse: EvseLive, site: LiveSite): string {
  if (evse.leaseUntilMs === null) return 'No lease';
  const restMs = evse.leaseUntilMs - site.atMs;
  if (restMs <= 0) return `Ended ${clockTimeOn(evse.leaseUntilMs, site.atMs, site.timezone)}`;
  return `${clockTimeOn(evse.leaseUntilMs, site.atMs, site.timezone)}, in ${duration(restMs)}`;
}

/** What its battery holds; by its driver's word where nobody measured it. */
export function batteryWords({ socPercent, session }: EvseLive): string {
  if (socPercent !== null) return words(whole(socPercent, '%'));
  const said = session?.saidSocPercent ?? null;
  return said === null ? 'Not reported' : `${words(whole(said, '%'))} by what its driver said`;
}
