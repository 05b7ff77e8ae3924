import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchRow, quantile, tellTable } from '@headroom/testing';
import { onStack, say } from './stack/bench-stack.ts';
import { type Wave, wavesOf } from './stack/decisions.ts';
import { benchSites, CARD, commission } from './stack/sites.ts';
import { moveBuildings } from './stack/steps.ts';

// One site of 1,000 EVSEs loses a sixth of its current at once: from the decision to the last decrease on a socket.

const EVSES = 1_000;
/** A load that falls is believed after 30 s (TL3), and an increase of an EVSE follows another after 10 s: only then is all of it taken again. */
const STEP_EVERY_MS = 40_000;
const READINGS = 16;
/** Often: an increase waits until a sample has shown the last decrease. */
const METER_EVERY_MS = 5_000;
const WARM_S = 80;
/** By hand: `dispatch.bench.ts 60` measures for a minute. */
const SECONDS = Number(process.argv[2] ?? 320);
const REST_MS = 5_000;
const AIM_P99_MS = 50;

function of(values: readonly number[], part: number): number {
  const value = quantile(values, part);
  if (value === undefined) throw new Error('no step brought a profile: there is nothing to measure');
  return value;
}

function rowOf(waves: readonly Wave[], what: string, ms: (wave: Wave) => number): BenchRow {
  const values = waves.map(ms);
  return {
    ...{ what, drops: values.length },
    ...{ 'p50 ms': of(values, 0.5), 'p90 ms': of(values, 0.9), 'p99 ms': of(values, 0.99), 'max ms': of(values, 1) },
  };
}

await onStack(async (bench) => {
  const { stack, fleet } = bench;
  const sites = benchSites(1, EVSES);
  say(`commissioning a site of ${EVSES} stations ...`);
  const stations = await commission(stack.url, sites);
  await fleet.order({ kind: 'connect', ocppUrl: stack.ocppUrl, stations, card: CARD });
  await fleet.order({ kind: 'metering', everyMs: METER_EVERY_MS });
  say(`${WARM_S} s to warm up, ${SECONDS} s measured ...`);
  const plan = { sites, everyMs: STEP_EVERY_MS, readings: READINGS, seconds: SECONDS, warmS: WARM_S };
  const steps = (await moveBuildings(bench, plan)).filter(({ rises }) => rises);
  await sleep(REST_MS);
  const { waves, withoutCommands } = await wavesOf(stack.servers.endpoints.kafka ?? '', steps, await fleet.commands());
  const last = waves.map((wave) => wave.lastAtMs - wave.decidedAtMs);
  const least = Math.min(...waves.map(({ commands }) => commands));
  await tellTable({
    title: `A limit drop for ${EVSES} EVSEs of one site`,
    rows: [
      rowOf(waves, 'decided to first decrease', (wave) => wave.firstAtMs - wave.decidedAtMs),
      rowOf(waves, 'of it: decided to planned', (wave) => wave.plannedAtMs - wave.decidedAtMs),
      rowOf(waves, 'decided to last decrease', (wave) => wave.lastAtMs - wave.decidedAtMs),
      rowOf(waves, 'reading received to decided', (wave) => wave.decidedAtMs - wave.receivedAtMs),
    ],
    aims: [{ what: 'last decrease, p99', unit: 'ms', atMost: AIM_P99_MS, value: of(last, 0.99) }],
    notes: [
      `Of few drops p99 is the slowest. Each wave had at least ${least} decreases; ${withoutCommands} drops brought none.`,
      'A decrease counts as on the wire when its station has read it.',
    ],
  });
});
