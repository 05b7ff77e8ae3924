import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { epochMs, perPhase } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import { type BenchRow, quantile, stopwatch, tellTable } from '@headroom/testing';
import { EMPTY_MEMORY } from './domain/control-memory.ts';
import { decide } from './domain/decide.ts';
import { evolve } from './domain/evolve.ts';
import type { Fact } from './domain/facts.ts';
import {
  all,
  building,
  car,
  committed,
  DEPOT,
  drawing,
  evseInput,
  gone,
  ready,
  siteOf,
  stationName,
  T0,
} from './domain/given.fixture.ts';
import { EMPTY_SITE_STATE } from './domain/site-state.ts';

// One decision of the optimizer, facts taken in before it. Open loop: a step is due at its time whether or not the last one
// is done, and its delay counts from then on, so that a slow decision cannot hide the ones it holds up.

interface Load {
  readonly sites: number;
  readonly evses: number;
  /** Between two steps; each of them decides for every site. */
  readonly everyMs: number;
  readonly steps: number;
}
const LOADS: readonly Load[] = [
  { sites: 1, evses: 100, everyMs: 20, steps: 500 },
  { sites: 1, evses: 1_000, everyMs: 50, steps: 200 },
  { sites: 1, evses: 2_000, everyMs: 100, steps: 100 },
  { sites: 5, evses: 2_000, everyMs: 500, steps: 40 },
  { sites: 400, evses: 25, everyMs: 500, steps: 40 },
];
/** Before them so many of a hundred more, to warm up. */
const WARM_PERCENT = 50;
/** EVSEs on one panel, all panels on the grid connection. */
const PANEL = 25;
/** What a panel can bear is a third of what its cars want: they compete. */
const PANEL_DECI_A = 2_500;
/** Of the cars of a site, so many in a hundred have another draw at each step. */
const CHANGING_PERCENT = 5;
const DRAWS_DECI_A = [0, 60, 90, 110, 160, 320];
const LOAD_STEP_DECI_A = 40;
/** The worst case of the building of the depot. */
const BUILDING_DECI_A = 1_400;

const siteModel = (evses: number): SiteModel => {
  const panels = Math.ceil(evses / PANEL);
  return siteOf({
    ...DEPOT,
    circuits: [
      { circuitId: 'grid', name: 'Grid', rating: perPhase(() => panels * PANEL_DECI_A + BUILDING_DECI_A) },
      ...Array.from({ length: panels }, (_, n) => ({
        ...{
          circuitId: `panel-${n}`,
          parentCircuitId: 'grid',
          name: `Panel ${n}`,
          rating: perPhase(() => PANEL_DECI_A),
        },
      })),
    ],
    evses: Array.from({ length: evses }, (_, n) => evseInput(stationName(n + 1), `panel-${Math.floor(n / PANEL)}`)),
  });
};

/** The same numbers in every run. */
function createDice(): (sides: number) => number {
  let state = 1;
  return (sides) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % sides;
  };
}

/** A site in its owner's hands: three bays of four have a car. */
class Running {
  readonly #site: SiteModel;
  readonly #evses: number;
  readonly #dice = createDice();
  readonly #cars = new Set<number>();
  /** What each was told last. */
  readonly #limits = new Map<number, number>();
  #told: readonly Fact[] = [];
  #state = EMPTY_SITE_STATE;
  #memory = EMPTY_MEMORY;

  constructor(site: SiteModel, evses: number) {
    this.#site = site;
    this.#evses = evses;
    for (const fact of all(1, evses, ready)) this.#take(fact);
    for (let n = 1; n <= evses; n += 1) if (n % 4 !== 0) this.#arrive(n, T0);
  }

  /** A step's facts: some draws change, one car comes or goes, the building moves; then the decision, which is obeyed. */
  step(nowMs: number): void {
    for (let count = Math.ceil((this.#evses * CHANGING_PERCENT) / 100); count > 0; count -= 1) {
      const n = 1 + this.#dice(this.#evses);
      const deciA = DRAWS_DECI_A[this.#dice(DRAWS_DECI_A.length)] ?? 0;
      if (this.#cars.has(n))
        this.#take(
          drawing(
            n,
            perPhase(() => deciA),
            nowMs,
          ),
        );
    }
    const bay = 1 + this.#dice(this.#evses);
    if (this.#cars.has(bay)) this.#leave(bay, nowMs);
    else this.#arrive(bay, nowMs);
    this.#take(building(LOAD_STEP_DECI_A * this.#dice(10), nowMs));
    const { decision, memory } = decide(this.#site, this.#state, this.#memory, epochMs(nowMs));
    this.#memory = memory;
    this.#told = [...decision.allocations.values()].flatMap(({ limit }, index) => {
      const n = index + 1;
      if (!this.#cars.has(n) || limit === 0 || limit === this.#limits.get(n)) return [];
      this.#limits.set(n, limit);
      return [committed(n, limit, { commanded: limit, atMs: nowMs })];
    });
  }

  /** What the dispatcher and the stations made of the last decision. Not a part of the next one's time. */
  settle(): void {
    for (const fact of this.#told) this.#take(fact);
  }

  #arrive(n: number, atMs: number): void {
    this.#cars.add(n);
    for (const fact of car(n, atMs)) this.#take(fact);
  }

  #leave(n: number, atMs: number): void {
    this.#cars.delete(n);
    for (const fact of gone(n, atMs)) this.#take(fact);
  }

  #take(fact: Fact): void {
    this.#state = evolve(this.#state, fact);
  }
}

async function measure({ sites, evses, everyMs, steps }: Load): Promise<BenchRow> {
  const model = siteModel(evses);
  const running = Array.from({ length: sites }, () => new Running(model, evses));
  let nowMs: number = T0;
  const step = (): number => {
    nowMs += everyMs;
    const beganMs = performance.now();
    for (const site of running) site.step(nowMs);
    return performance.now() - beganMs;
  };
  for (let n = 0; n < (steps * WARM_PERCENT) / 100; n += 1) {
    step();
    for (const site of running) site.settle();
  }
  const took: number[] = [];
  const late: number[] = [];
  let cpuMs = 0;
  const beganMs = performance.now();
  for (let n = 0; n < steps; n += 1) {
    const dueMs = beganMs + n * everyMs;
    const waitMs = dueMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    const cpu = stopwatch();
    took.push(step());
    cpuMs += cpu().cpuMs;
    late.push(performance.now() - dueMs);
    for (const site of running) site.settle();
  }
  const of = (values: readonly number[], part: number): number => quantile(values, part) ?? 0;
  return {
    ...{ EVSEs: sites * evses, sites, 'every ms': everyMs, steps },
    ...{ 'decision p50 ms': of(took, 0.5), 'p99 ms': of(took, 0.99) },
    ...{ 'since due p50 ms': of(late, 0.5), 'due p99 ms': of(late, 0.99), 'CPU a step ms': cpuMs / steps },
  };
}

const rows: BenchRow[] = [];
for (const load of LOADS) {
  process.stdout.write(`  ${load.sites} x ${load.evses} EVSEs ...\n`);
  rows.push(await measure(load));
}
await tellTable({
  title: 'One step: facts of 5 % of the EVSEs, of a car, of the building; then a decision for each site',
  rows,
  notes: [
    'A site has 2,000 EVSEs at most: 10,000 are several. Of few steps p99 is the slowest.',
    'Open loop: "since due" counts from the instant at which the step was due, whatever held it up.',
  ],
});
