import { setTimeout as sleep } from 'node:timers/promises';
import { type BenchRow, tellTable } from '@headroom/testing';
import { type BenchStack, onStack, say } from './stack/bench-stack.ts';
import { benchSites, commission } from './stack/sites.ts';
import { residentBytes } from './stack/usage.ts';

// What a connected station costs the gateway that holds it: a fresh stack, stations that boot and then say nothing.

const SITES = 80;
const SITE_STATIONS = 25;
const STEPS = [0, 500, 1_000, 2_000];
const SETTLE_S = 10;
const MB = 1e6;
const KB = 1e3;

const gatewayBytes = ({ stack }: BenchStack): number => residentBytes(stack.processes.get('ocpp-gateway')?.pid ?? 0);

await onStack(async (bench) => {
  const { stack, fleet } = bench;
  say(`commissioning ${SITES} sites of ${SITE_STATIONS} stations ...`);
  const stations = await commission(stack.url, benchSites(SITES, SITE_STATIONS));
  const rows: BenchRow[] = [];
  let emptyBytes = 0;
  for (const [n, count] of STEPS.entries()) {
    say(`${count} stations ...`);
    await fleet.order({ kind: 'connect', ocppUrl: stack.ocppUrl, stations: stations.slice(STEPS[n - 1] ?? 0, count) });
    await sleep(SETTLE_S * 1_000);
    const bytes = gatewayBytes(bench);
    if (n === 0) emptyBytes = bytes;
    const each = count === 0 ? 0 : (bytes - emptyBytes) / count / KB;
    rows.push({ stations: count, 'resident MB': bytes / MB, 'a station KB': each });
  }
  await tellTable({
    title: 'Memory of the gateway with idle stations',
    rows,
    notes: [`Booted, silent for ${SETTLE_S} s; no TLS. Memory that the boots took and nobody needs is part of it.`],
  });
});
