import type { Duct, Failing } from '../site/duct.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Trace } from './trace.ts';

export interface DuctTroubleDeps {
  readonly ducts: readonly Duct[];
  readonly faults: Faults;
  readonly trace: Pick<Trace, 'tell'>;
  /** In the names of what strikes a duct: apart from those of other sites. Empty: of the first. */
  readonly suffix: string;
}

type Maybe = (fault: 'meter-loss' | 'word-broken', which: string, onceIn: number, act: () => void) => void;

/** Once in so many minutes, for each sensor, and each duct. */
const ONCE_IN = { sensor: 6, word: 8 } as const;
/** A sensor that fails does so for this long: shorter than it takes to be stale, or somewhat longer. */
const FAILS_MS: readonly [number, number] = [10_000, 120_000];
/** Of failures, those that last longer than its duct keeps its promise of how much it rises: whoever goes by its last reading is wrong by then. */
const DEAD_SHARE = 0.4;
const DEAD_MS: readonly [number, number] = [200_000, 300_000];
const LATE_MS: readonly [number, number] = [2_000, 50_000];
/** Of sensors that fail, those that are silent, and those that come late; the others lose most of what they say. */
const [SILENT_SHARE, LATE_SHARE] = [0.5, 0.25];
/** By so much it is hotter than its operator's word lets it be: past one step, or past all. */
const BEYOND_C: readonly [number, number] = [5, 25];
const BEYOND_S: readonly [number, number] = [20, 150];

/** What strikes the sensors of temperature, by the classes that strike meters and the load behind them. */
export function strikeDucts({ ducts, suffix, ...deps }: DuctTroubleDeps, minute: number, maybe: Maybe): void {
  for (const duct of ducts) {
    const which = `${duct.sensor}${suffix}`;
    maybe('meter-loss', which, ONCE_IN.sensor, () => failSensor(deps, duct, { which, minute }));
    maybe('word-broken', which, ONCE_IN.word, () => {
      const byC = deps.faults.extent('word-broken', `by C ${which}`, minute, BEYOND_C);
      const seconds = deps.faults.extent('word-broken', `for s ${which}`, minute, BEYOND_S);
      deps.trace.tell(`${which} is ${byC.toFixed(1)} C hotter than anybody said, for ${seconds.toFixed(0)} s`);
      duct.breakWord(byC, seconds);
    });
  }
}

/** It gets as hot as it may meanwhile. */
function failSensor(
  { faults, trace }: Pick<DuctTroubleDeps, 'faults' | 'trace'>,
  duct: Duct,
  { which, minute }: { readonly which: string; readonly minute: number },
): void {
  const isDead = faults.extent('meter-loss', `dead ${which}`, minute, [0, 1]) < DEAD_SHARE;
  const forMs = faults.extent('meter-loss', `for ${which}`, minute, isDead ? DEAD_MS : FAILS_MS);
  const how = faults.extent('meter-loss', `how ${which}`, minute, [0, 1]);
  const byMs = faults.extent('meter-loss', `by ${which}`, minute, LATE_MS);
  const failing: Failing =
    how < SILENT_SHARE
      ? { kind: 'silent', forMs }
      : how < SILENT_SHARE + LATE_SHARE
        ? { kind: 'late', forMs, byMs }
        : { kind: 'lossy', forMs };
  const late = failing.kind === 'late' ? ` by ${Math.round(byMs)} ms` : '';
  trace.tell(`the sensor ${which} is ${failing.kind}${late} for ${Math.round(forMs)} ms`);
  duct.fail(failing);
  duct.heatUp(forMs / 1_000);
}

/** While nobody lives it gets as hot as it may, in half of the deaths. */
export function heatInDeath(chance: Pick<Chance, 'draw'>, ducts: readonly Duct[], forMs: number): void {
  for (const duct of ducts)
    if (chance.draw('platform-death', `heat ${duct.sensor}`, 0) < 0.5) duct.heatUp(forMs / 1_000);
}
