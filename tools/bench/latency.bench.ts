import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchRow, quantile, tellTable } from '@headroom/testing';
import { type BenchStack, onStack, say } from './stack/bench-stack.ts';
import { type Wave, wavesOf } from './stack/decisions.ts';
import { benchSites, CARD, commission } from './stack/sites.ts';
import { moveBuildings } from './stack/steps.ts';

// From a reading of a site's meter to the profiles that its decision brought, on their sockets. Cars charge all the while
// and their stations send meter values, so that the path carries what it carries in life.

const SITE_STATIONS = 25;
const SIZES = [200, 1_000];
const STEP_EVERY_MS = 10_000;
const READINGS = 4;
const METER_EVERY_MS = 10_000;
const WARM_S = 40;
/** By hand: `latency.bench.ts 20` measures for 20 s each. */
const SECONDS = Number(process.argv[2] ?? 80);
/** The last wave comes to rest. */
const REST_MS = 5_000;
const AIM = { stations: 1_000, p99Ms: 100, p50Ms: 25 };

interface Outcome {
  readonly stations: number;
  readonly waves: readonly Wave[];
  readonly without: number;
}

async function measure(bench: BenchStack, all: ReturnType<typeof benchSites>, count: number): Promise<Outcome> {
  const sites = all.slice(0, count / SITE_STATIONS);
  const plan = { sites, everyMs: STEP_EVERY_MS, readings: READINGS, seconds: SECONDS, warmS: WARM_S };
  say(`${count} stations: ${WARM_S} s to warm up, ${SECONDS} s measured ...`);
  const steps = await moveBuildings(bench, plan);
  await sleep(REST_MS);
  const heard = await bench.fleet.commands();
  const brokers = bench.stack.servers.endpoints.kafka ?? '';
  const { waves, withoutCommands } = await wavesOf(brokers, steps, heard);
  return { stations: count, waves, without: withoutCommands };
}

function of(values: readonly number[], part: number): number {
  const value = quantile(values, part);
  if (value === undefined) throw new Error('no step brought a profile: there is nothing to measure');
  return value;
}

function rowOf({ stations, waves }: Outcome, what: string, ms: (wave: Wave) => number): BenchRow {
  const values = waves.map(ms);
  return {
    ...{ stations, what, steps: values.length },
    ...{ 'p50 ms': of(values, 0.5), 'p95 ms': of(values, 0.95), 'p99 ms': of(values, 0.99), 'max ms': of(values, 1) },
  };
}

/** Rises take current away and wait for nothing; what falls is given back once it is certain that there is room. */
function rowsOf(outcome: Outcome): readonly BenchRow[] {
  const falling = { ...outcome, waves: outcome.waves.filter(({ step }) => !step.rises) };
  const rising = { ...outcome, waves: outcome.waves.filter(({ step }) => step.rises) };
  return [
    rowOf(rising, 'load up: reading received to first profile', (wave) => wave.firstAtMs - wave.receivedAtMs),
    rowOf(rising, 'load up: reading received to last profile', (wave) => wave.lastAtMs - wave.receivedAtMs),
    rowOf(rising, '  of it: reading due to received', (wave) => wave.receivedAtMs - wave.step.dueAtMs),
    rowOf(rising, '  of it: received to decided', (wave) => wave.decidedAtMs - wave.receivedAtMs),
    rowOf(rising, '  of it: decided to last profile', (wave) => wave.lastAtMs - wave.decidedAtMs),
    rowOf(falling, 'load down: reading received to first profile', (wave) => wave.firstAtMs - wave.receivedAtMs),
  ];
}

await onStack(async (bench) => {
  const { stack, fleet } = bench;
  const sites = benchSites(Math.max(...SIZES) / SITE_STATIONS, SITE_STATIONS);
  say(`commissioning ${sites.length} sites of ${SITE_STATIONS} stations ...`);
  const stations = await commission(stack.url, sites);
  const outcomes: Outcome[] = [];
  for (const [n, count] of SIZES.entries()) {
    const some = stations.slice(SIZES[n - 1] ?? 0, count);
    await fleet.order({ kind: 'connect', ocppUrl: stack.ocppUrl, stations: some, card: CARD });
    await fleet.order({ kind: 'metering', everyMs: METER_EVERY_MS });
    outcomes.push(await measure(bench, sites, count));
  }
  const largest = outcomes.find(({ stations: count }) => count === AIM.stations);
  const last = (largest?.waves ?? []).filter(({ step }) => step.rises).map((wave) => wave.lastAtMs - wave.receivedAtMs);
  await tellTable({
    title: `Site-meter reading to SetChargingProfile, sites of ${SITE_STATIONS}, a step a site each ${STEP_EVERY_MS / 1_000} s`,
    rows: outcomes.flatMap(rowsOf),
    aims: [
      { what: `last profile, ${AIM.stations} stations, p99`, unit: 'ms', atMost: AIM.p99Ms, value: of(last, 0.99) },
      { what: `last profile, ${AIM.stations} stations, p50`, unit: 'ms', atMost: AIM.p50Ms, value: of(last, 0.5) },
    ],
    notes: [
      'A profile counts as written when a station has read it. Whole ms where the platform names the instant.',
      ...outcomes.map(({ stations: count, without }) => `${count} stations: ${without} steps brought no profile.`),
    ],
  });
});
