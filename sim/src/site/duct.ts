import type { Clock, Timers } from '@headroom/kernel';
import type { SimLog } from '../log.ts';
import { between, rngFor } from '../rng.ts';

export interface DuctConfig {
  readonly seed: string | number;
  readonly sensor: string;
  /** It swings between these, C. */
  readonly swingC: readonly [number, number];
  /** Its operator's word: it rises no further than `atMostC` above its coldest of the last `withinMs`. */
  readonly rise: { readonly atMostC: number; readonly withinMs: number };
  /** From one reading to the next. */
  readonly reportEveryMs: number;
}

/** What a sensor says, C. */
export interface WarmReading {
  readonly sensor: string;
  readonly sampledAtMs: number;
  readonly celsius: number;
}

export interface DuctDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Resolves when it is taken. */
  readonly report: (reading: WarmReading) => Promise<void>;
  readonly log: SimLog;
}

/** How a sensor fails, for a while. All in ms. */
export type Failing =
  | { readonly kind: 'silent'; readonly forMs: number }
  /** Each reading comes so much later. */
  | { readonly kind: 'late'; readonly forMs: number; readonly byMs: number }
  /** Most of its readings never leave it. */
  | { readonly kind: 'lossy'; readonly forMs: number };

/** What a cable lies in, and the sensor there. */
export interface Duct {
  readonly sensor: string;
  /** How hot it is now, C. */
  celsius(): number;
  /** For so long it gets as hot as it may. */
  heatUp(seconds: number): void;
  /** For so long it is by so much hotter than anybody said. */
  breakWord(byC: number, seconds: number): void;
  fail(failing: Failing): void;
  /** From now on it stays as it is. */
  freeze(): void;
  stop(): void;
}

const TICK_MS = 1_000;
/** C a second: by its operator's word it mostly rises slower, but at first as fast as this. */
const RISES_C = 0.25;
const FALLS_C: readonly [number, number] = [0.03, 0.25];
/** How long it stays where it has come to. */
const STAYS_MS: readonly [number, number] = [10_000, 120_000];
/** Of the readings of a sensor that loses some, those that are lost. */
const LOSSY_SHARE = 0.7;

/** A temperature that swings between two, rises as fast as its operator says that it may, and is told every few seconds. */
export function createDuct(config: DuctConfig, { clock, timers, report, log }: DuctDeps): Duct {
  const { sensor, swingC, rise, reportEveryMs } = config;
  const [coldestC, hottestC] = swingC;
  const rng = rngFor(config.seed, `duct:${sensor}`);
  const word = createWord(rise);
  let ownC = between(rng, coldestC, hottestC);
  let aimC = ownC;
  let fallsC = between(rng, ...FALLS_C);
  let staysUntilMs = 0;
  let [hotUntilMs, beyondUntilMs, beyondC] = [0, 0, 0];
  let isFrozen = false;
  let failing: { readonly how: Failing; readonly untilMs: number } | undefined;
  let lost = 0;
  word.keep(ownC);

  /** Where it goes next, once it has come to where it went. */
  const aim = (): number => {
    const nowMs = clock.nowMs();
    if (nowMs < hotUntilMs) return hottestC;
    if (ownC !== aimC || nowMs < staysUntilMs) return aimC;
    if (staysUntilMs === 0) {
      staysUntilMs = nowMs + between(rng, ...STAYS_MS);
      return aimC;
    }
    staysUntilMs = 0;
    fallsC = between(rng, ...FALLS_C);
    // By turns, into the upper and the lower half.
    const middleC = (coldestC + hottestC) / 2;
    return ownC < middleC ? between(rng, middleC, hottestC) : between(rng, coldestC, middleC);
  };
  const tick = (): void => {
    if (isFrozen) return;
    aimC = aim();
    const nextC = aimC > ownC ? Math.min(aimC, ownC + RISES_C, word.mostC()) : Math.max(aimC, ownC - fallsC);
    ownC = nextC;
    word.keep(ownC);
  };
  const celsius = (): number => (clock.nowMs() < beyondUntilMs ? ownC + beyondC : ownC);

  const send = (reading: WarmReading): void => {
    report(reading).catch((error: unknown) => {
      lost += 1;
      if (lost % 30 === 1) log.warn('sim.duct.reading-lost', { sensor, why: String(error) });
    });
  };
  const sample = (): void => {
    const reading = { sensor, sampledAtMs: clock.nowMs(), celsius: celsius() };
    const how = failing !== undefined && clock.nowMs() < failing.untilMs ? failing.how : undefined;
    if (how?.kind === 'silent' || (how?.kind === 'lossy' && rng.next() < LOSSY_SHARE)) return;
    if (how?.kind === 'late') timers.after(how.byMs, () => send(reading));
    else send(reading);
  };
  const cancels: readonly Cancel[] = [timers.every(TICK_MS, tick), timers.every(reportEveryMs, sample)];

  return {
    sensor,
    celsius,
    heatUp: (seconds) => {
      hotUntilMs = Math.max(hotUntilMs, clock.nowMs() + seconds * 1_000);
    },
    breakWord: (byC, seconds) => {
      [beyondC, beyondUntilMs] = [byC, clock.nowMs() + seconds * 1_000];
    },
    fail: (how) => {
      failing = { how, untilMs: clock.nowMs() + how.forMs };
    },
    freeze: () => {
      isFrozen = true;
    },
    stop: () => cancels.forEach((cancel) => cancel()),
  };
}

type Cancel = ReturnType<Timers['every']>;

/** How hot it was at each tick, as far back as it is bound by it. */
function createWord({ atMostC, withinMs }: DuctConfig['rise']) {
  const kept: number[] = [];
  // Both ends of the time count.
  const most = Math.ceil(withinMs / TICK_MS) + 1;
  return {
    keep(celsius: number): void {
      kept.push(celsius);
      if (kept.length > most) kept.shift();
    },
    mostC: (): number => Math.min(...kept) + atMostC,
  };
}
