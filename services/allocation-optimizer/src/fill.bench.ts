import type { EvseId } from '@headroom/kernel';
import { perPhase } from '@headroom/kernel';
import { loadedRows, otherLoadHorizon, otherLoadNow, rowIndexOf, type SiteModel } from '@headroom/site-model';
import { type BenchRow, quantile, tellTable } from '@headroom/testing';
import { rowsAhead } from './domain/announce.ts';
import { constraintsOf } from './domain/constraints.ts';
import { fill } from './domain/fill.ts';
import { after, all, car, DEPOT, evseInput, ready, siteOf, stationName, T0 } from './domain/given.fixture.ts';
import { policyOf } from './domain/policies/policy-of.ts';
import { type ContenderRole, type Role, roleOf } from './domain/roles.ts';

// The fill by itself (PT17): who gets what, once it is known who wants to share and what each row has left for them.

interface Load {
  readonly sites: number;
  readonly evses: number;
  /** Most that the fills of all sites together may take, by issue 7. */
  readonly aimMs: number;
}
const LOADS: readonly Load[] = [
  { sites: 1, evses: 100, aimMs: 0.05 },
  { sites: 1, evses: 1_000, aimMs: 0.5 },
  { sites: 5, evses: 2_000, aimMs: 5 },
];
const RUNS = 200;
const WARM_RUNS = 100;
/** EVSEs on one panel; no two panels can bear quite the same, so that each stops its cars at a level of its own. */
const PANEL = 25;
const PANEL_DECI_A = 2_500;
const STEP_DECI_A = 3;

function siteModel(evses: number): SiteModel {
  const panels = Math.ceil(evses / PANEL);
  const rating = perPhase(() => panels * PANEL_DECI_A);
  return siteOf({
    ...{ ...DEPOT, otherLoads: [] },
    circuits: [
      { circuitId: 'grid', name: 'Grid', rating },
      ...Array.from({ length: panels }, (_, n) => ({
        ...{ circuitId: `panel-${n}`, parentCircuitId: 'grid', name: `Panel ${n}` },
        rating: perPhase(() => PANEL_DECI_A + STEP_DECI_A * n),
      })),
    ],
    evses: Array.from({ length: evses }, (_, n) => evseInput(stationName(n + 1), `panel-${Math.floor(n / PANEL)}`)),
  });
}

/** Three bays of four have a car. */
function readyToFill(
  site: SiteModel,
  evses: number,
): { readonly constraints: () => void; readonly shares: () => void } {
  const cars = all(1, evses, (n) => (n % 4 === 0 ? [] : car(n)));
  const state = after([...all(1, evses, ready), ...cars]);
  const roles = new Map<EvseId, Role>();
  for (const [evseId, evse] of site.evses) {
    roles.set(evseId, roleOf({ site, evse, state, given: new Map(), nowMs: T0 }));
  }
  const policy = policyOf(site);
  const contending: readonly ContenderRole[] = [...roles.values()]
    .filter((role) => role.kind === 'contender')
    .toSorted((a, b) => policy.compare(a.contender, b.contender));
  const limits = rowsAhead(site, T0);
  const otherLoad = otherLoadNow(site, state.readings, T0);
  const horizonLoad = otherLoadHorizon(site, state.readings, T0);
  const rows = loadedRows({ site, otherLoad, horizonLoad, nowMs: T0 }, limits);
  const make = () => constraintsOf(rows, rowIndexOf(site, limits), { roles, contending, masks: new Map() });
  const constraints = make();
  const contenders = contending.map(({ contender }) => contender);
  return { constraints: make, shares: () => fill(contenders, constraints, policy) };
}

function took(sites: readonly (() => void)[]): readonly number[] {
  const times: number[] = [];
  for (let n = 0; n < WARM_RUNS + RUNS; n += 1) {
    const beganMs = performance.now();
    for (const site of sites) site();
    if (n >= WARM_RUNS) times.push(performance.now() - beganMs);
  }
  return times;
}

const measured = LOADS.map(({ sites, evses, aimMs }) => {
  const model = siteModel(evses);
  const all = Array.from({ length: sites }, () => readyToFill(model, evses));
  const [shares, constraints] = [took(all.map((one) => one.shares)), took(all.map((one) => one.constraints))];
  const row: BenchRow = {
    ...{ EVSEs: sites * evses, sites, runs: RUNS },
    ...{ 'fill p50 ms': quantile(shares, 0.5) ?? 0, 'fill p99 ms': quantile(shares, 0.99) ?? 0 },
    ...{ 'rows p50 ms': quantile(constraints, 0.5) ?? 0, 'rows p99 ms': quantile(constraints, 0.99) ?? 0 },
  };
  return {
    row,
    aim: { what: `fill of ${sites * evses} EVSEs, p99`, unit: 'ms', atMost: aimMs, value: quantile(shares, 0.99) ?? 0 },
  };
});
await tellTable({
  title: 'The fill by itself: shares of all cars of the sites together',
  rows: measured.map(({ row }) => row),
  aims: measured.map(({ aim }) => aim),
  notes: ['Rows: what each of them has left for those who share it, made anew at each decision.'],
});
