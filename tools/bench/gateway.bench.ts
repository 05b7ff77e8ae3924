import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchAim, type BenchRow, quantile, tellTable } from '@headroom/testing';
import { type BenchStack, onStack, say } from './stack/bench-stack.ts';
import { type RecordedSamples, recordedSamples } from './stack/recorded.ts';
import { benchSites, CARD, commission } from './stack/sites.ts';
import { cpuUs } from './stack/usage.ts';
import type { LoadResult } from './stations/protocol.ts';

// MeterValues in a transaction over the whole stack: durable before they are answered, then understood, decided on and
// recorded. The stations are a process of their own on the same cores; its CPU stands apart.

const SITES = 8;
const SITE_STATIONS = 25;
const STATIONS = SITES * SITE_STATIONS;

interface Load {
  readonly name: string;
  /** Absent: closed loop. */
  readonly perS?: number;
  readonly seconds: number;
  readonly warmS: number;
}
const ALL_LOADS: readonly Load[] = [
  { name: 'open', perS: 2_000, seconds: 15, warmS: 10 },
  { name: 'open', perS: 6_000, seconds: 20, warmS: 10 },
  { name: 'open', perS: 10_000, seconds: 15, warmS: 5 },
  { name: 'closed, 200', seconds: 15, warmS: 5 },
];
/** By hand, for a profile: `gateway.bench.ts 6000` asks for one of them. */
const asked = new Set(process.argv.slice(2).map(Number));
const LOADS = ALL_LOADS.filter(({ perS }) => asked.size === 0 || asked.has(perS ?? 0));
/** Stands for a load of which nothing was answered: so long the last answers are waited for. */
const GIVEN_UP_MS = 30_000;
const AIM = { perS: 10_000, cpuMs: 0.2, p99Ms: 25, atPerS: 6_000 };

interface Outcome {
  readonly load: Load;
  readonly result: LoadResult;
  readonly lost: number;
  readonly recordedAfterMs: number;
  readonly cpu: ReadonlyMap<string, number>;
  readonly stationsUs: number;
}

/** One load, until its last row is in PostgreSQL. */
async function measure(bench: BenchStack, samples: RecordedSamples, load: Load): Promise<Outcome> {
  const { fleet, cpu } = bench;
  const { perS, seconds, warmS } = load;
  say(`${nameOf(load)} for ${warmS} + ${seconds} s ...`);
  const before = await samples.count();
  const loading = fleet.load(
    perS === undefined ? { kind: 'closed', seconds, warmS } : { kind: 'open', perS, seconds, warmS },
  );
  await Promise.race([sleep(warmS * 1_000), loading]);
  const [cpuBefore, stationsBefore] = [cpu(), cpuUs(fleet.pid)];
  const result = await loading;
  const stationsUs = (cpuUs(fleet.pid) - stationsBefore) / Math.max(1, result.answeredWarm);
  const { rows, tookMs } = await samples.until(before + result.answered);
  const spent = [...cpu()].map(
    ([name, us]) => [name, (us - (cpuBefore.get(name) ?? 0)) / Math.max(1, result.answeredWarm)] as const,
  );
  say(`${Math.round(result.answeredPerS)}/s, p99 ${(quantile(result.latenciesMs, 0.99) ?? 0).toFixed(1)} ms`);
  const lost = before + result.answered - rows;
  return { load, result, lost, recordedAfterMs: tookMs, cpu: new Map(spent), stationsUs };
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, each) => total + each, 0);

const nameOf = ({ name, perS }: Load): string => (perS === undefined ? name : `${name} ${perS}/s`);

function rowOf({ load, result, lost, recordedAfterMs }: Outcome): BenchRow {
  const of = (part: number): number => quantile(result.latenciesMs, part) ?? GIVEN_UP_MS;
  return {
    ...{ load: nameOf(load), 'answered /s': Math.round(result.answeredPerS) },
    ...{ 'p50 ms': of(0.5), 'p95 ms': of(0.95), 'p99 ms': of(0.99), 'max ms': of(1) },
    ...{
      messages: result.answered,
      unanswered: result.sent - result.answered,
      'recorded after ms': Math.round(recordedAfterMs),
      lost,
    },
  };
}

/** The stations stand behind the sum: they are no part of the platform. */
const costRow = ({ load, cpu, stationsUs }: Outcome): BenchRow => ({
  load: nameOf(load),
  'all us': sum(cpu.values()),
  ...Object.fromEntries([...cpu].map(([name, us]) => [`${name} us`, us])),
  'stations us': stationsUs,
});

function aimsOf(outcomes: readonly Outcome[]): readonly BenchAim[] {
  const best = Math.max(...outcomes.map(({ result }) => result.answeredPerS));
  const at = outcomes.find(({ load }) => load.perS === AIM.atPerS);
  const words = `at ${AIM.atPerS.toLocaleString('en')}/s`;
  return [
    { what: 'durable and answered', unit: '/s', atLeast: AIM.perS, value: best },
    {
      what: `CPU a message, all processes, ${words}`,
      unit: 'ms',
      atMost: AIM.cpuMs,
      value: sum(at?.cpu.values() ?? []) / 1_000,
    },
    {
      what: `p99 of the answer ${words}`,
      unit: 'ms',
      atMost: AIM.p99Ms,
      value: quantile(at?.result.latenciesMs ?? [], 0.99) ?? GIVEN_UP_MS,
    },
  ];
}

await onStack(async (bench) => {
  const { stack, fleet } = bench;
  say(`commissioning ${SITES} sites of ${SITE_STATIONS} stations ...`);
  const stations = await commission(stack.url, benchSites(SITES, SITE_STATIONS));
  await fleet.order({ kind: 'connect', ocppUrl: stack.ocppUrl, stations, card: CARD });
  const samples = await recordedSamples(stack.servers.endpoints.postgres ?? '');
  // What 200 starts of transactions have set off is no part of the first load.
  await samples.until(0);
  const outcomes: Outcome[] = [];
  for (const load of LOADS) outcomes.push(await measure(bench, samples, load));
  await samples.close();
  await tellTable({
    title: `MeterValues of five samples, ${STATIONS} stations in transactions on ${SITES} sites, whole stack`,
    rows: outcomes.map(rowOf),
    aims: aimsOf(outcomes),
    notes: [
      'Open loop: latency counts from the instant at which a message was due, its wait behind the one in flight included.',
      '"unanswered": given up half a minute after the end, mostly unsent behind one in flight.',
      '"lost": rows that did not come to stand in PostgreSQL. "recorded after": behind the last answer, until the last row stood',
      'there and the registry had dealt with the last record too.',
    ],
  });
  await tellTable({
    title: 'CPU a message by process',
    rows: outcomes.map(costRow),
    notes: ['Microseconds from the end of the warm-up until the last row was in PostgreSQL. Stations come on top.'],
  });
  const parts = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.995, 0.999, 1];
  await tellTable({
    title: 'How long answers took',
    rows: outcomes.map(({ load, result }) => ({
      load: nameOf(load),
      ...Object.fromEntries(
        parts.map((part) => [`${part * 100} % ms`, quantile(result.latenciesMs, part) ?? GIVEN_UP_MS]),
      ),
    })),
    notes: [],
  });
});
