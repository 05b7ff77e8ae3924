import type { Cancel, Clock, Timers } from '@headroom/kernel';
import type { PhaseAmps } from '../api-client.ts';
import type { SimLog } from '../log.ts';
import { between, normal, rngFor } from '../rng.ts';

export interface BuildingConfig {
  readonly seed: string | number;
  readonly siteId: string;
  readonly nominalVoltageV: number;
  /** The load never leaves this: the site document promised it (A per phase). */
  readonly worstCasePerPhaseA: number;
  /** Of each phase, beside an even third of its load. Default: drawn, about even as of most buildings. */
  readonly shares?: PhaseAmps;
  /** What it takes of each phase, A, before jumps. Default: a day with noise, by the seed. */
  readonly ownA?: (nowMs: number) => number;
  /** Default: once a second. */
  readonly reportEveryMs?: number;
  /** Nor does any phase rise further than this above its lowest of the last `withinMs`. Default: it promised nothing. */
  readonly rise?: { readonly atMostA: number; readonly withinMs: number };
}

export interface BuildingDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly report: (reading: { readonly sampledAtMs: number; readonly current: PhaseAmps }) => Promise<void>;
  readonly log: SimLog;
}

export interface Building {
  /** Adds a load, shared by the three phases, for some seconds; several add up. */
  jumpBy(kw: number, seconds: number): void;
  /** The same, whatever was promised of its rise; not beyond its worst case. */
  breakWord(kw: number, seconds: number): void;
  /** From now on it takes what it takes now. */
  freeze(): void;
  /** What flows now. */
  current(): PhaseAmps;
  powerKw(): number;
  /** Readings the platform did not take (refused, late or lost). */
  lostReadings(): number;
  stop(): void;
}

const REPORT_MS = 1_000;
const NIGHT_KW = 16;
const DAY_KW = 13;
const DAY_MS = 86_400_000;
/** One gust of the noise, and how long it is remembered. */
const NOISE_KW = 0.35;
const MEMORY = 0.97;
/** Share of each phase: no building is balanced. */
const IMBALANCE = 0.06;

/** Load over the day: low at night, a hump around 13:00 UTC. */
const dayShapeKw = (atMs: number): number =>
  NIGHT_KW + DAY_KW * Math.exp(-(((((atMs % DAY_MS) / DAY_MS) * 24 - 13) / 4) ** 2));

/** A building that shares the connection: a seeded day with noise, reported once a second. */
export function createBuilding(config: BuildingConfig, deps: BuildingDeps): Building {
  const rng = rngFor(config.seed, `building:${config.siteId}`);
  const share = { l1A: 1 + between(rng, -IMBALANCE, IMBALANCE), l2A: 1 + between(rng, -IMBALANCE, IMBALANCE) };
  const { shares = { ...share, l3A: 3 - share.l1A - share.l2A } } = config;
  const promise = createPromise(config.rise, config.reportEveryMs ?? REPORT_MS);
  const ampsPerKw = 1_000 / (3 * config.nominalVoltageV);
  let noiseKw = 0;
  let jumps: readonly Jump[] = [];
  let unsaid: readonly Jump[] = [];
  let frozen: PhaseAmps | undefined;
  let lost = 0;
  let inFlight = false;

  /** As it keeps its word. */
  const promised = (): PhaseAmps => {
    const nowMs = deps.clock.nowMs();
    const ownA = config.ownA?.(nowMs) ?? Math.max(0, dayShapeKw(nowMs) + noiseKw) * ampsPerKw;
    jumps = stillOf(jumps, nowMs);
    const jumpA = kwOf(jumps) * ampsPerKw;
    const phase = (name: keyof PhaseAmps): number => {
      const mostA = Math.min(config.worstCasePerPhaseA, promise.mostA(name));
      return tenth(Math.min(mostA, Math.max(0, ownA * shares[name] + jumpA)));
    };
    return { l1A: phase('l1A'), l2A: phase('l2A'), l3A: phase('l3A') };
  };
  const current = (): PhaseAmps => {
    if (frozen !== undefined) return frozen;
    unsaid = stillOf(unsaid, deps.clock.nowMs());
    const unsaidA = kwOf(unsaid) * ampsPerKw;
    const said = promised();
    const phase = (name: keyof PhaseAmps): number => tenth(Math.min(config.worstCasePerPhaseA, said[name] + unsaidA));
    return { l1A: phase('l1A'), l2A: phase('l2A'), l3A: phase('l3A') };
  };

  const report = (): void => {
    noiseKw = noiseKw * MEMORY + normal(rng) * NOISE_KW;
    promise.keep(promised());
    // One at a time: a slow platform gets fewer readings, not a heap of them.
    if (inFlight) {
      lost += 1;
      return;
    }
    inFlight = true;
    deps
      .report({ sampledAtMs: deps.clock.nowMs(), current: current() })
      .catch((error: unknown) => {
        lost += 1;
        if (lost % 30 === 1) deps.log.warn('sim.building.reading-lost', { siteId: config.siteId, why: String(error) });
      })
      .finally(() => {
        inFlight = false;
      });
  };
  const cancel: Cancel = deps.timers.every(config.reportEveryMs ?? REPORT_MS, report);

  return {
    jumpBy(kw, seconds) {
      jumps = [...jumps, { kw, untilMs: deps.clock.nowMs() + seconds * 1_000 }];
    },
    breakWord(kw, seconds) {
      unsaid = [...unsaid, { kw, untilMs: deps.clock.nowMs() + seconds * 1_000 }];
    },
    freeze() {
      frozen = current();
    },
    current,
    powerKw: () => {
      const { l1A, l2A, l3A } = current();
      return ((l1A + l2A + l3A) * config.nominalVoltageV) / 1_000;
    },
    lostReadings: () => lost,
    stop: cancel,
  };
}

interface Jump {
  readonly kw: number;
  readonly untilMs: number;
}

const stillOf = (jumps: readonly Jump[], nowMs: number): readonly Jump[] =>
  jumps.filter(({ untilMs }) => untilMs > nowMs);
const kwOf = (jumps: readonly Jump[]): number => jumps.reduce((sum, { kw }) => sum + kw, 0);
const tenth = (amps: number): number => Math.round(amps * 10) / 10;

/** What it took at each report, as far back as it is bound by it. */
function createPromise(rise: BuildingConfig['rise'], everyMs: number) {
  const kept: PhaseAmps[] = [];
  // Both ends of the time count.
  const most = Math.ceil((rise?.withinMs ?? 0) / everyMs) + 1;
  let lowest: PhaseAmps | undefined;
  return {
    keep(amps: PhaseAmps): void {
      if (rise === undefined) return;
      kept.push(amps);
      if (kept.length > most) kept.shift();
      let { l1A, l2A, l3A } = amps;
      for (const each of kept) {
        if (each.l1A < l1A) ({ l1A } = each);
        if (each.l2A < l2A) ({ l2A } = each);
        if (each.l3A < l3A) ({ l3A } = each);
      }
      lowest = { l1A, l2A, l3A };
    },
    mostA: (name: keyof PhaseAmps): number =>
      rise === undefined || lowest === undefined ? Number.POSITIVE_INFINITY : lowest[name] + rise.atMostA,
  };
}
