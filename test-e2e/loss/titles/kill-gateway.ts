import { expect } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { hasTaken, HIGH_A, roomA, whenGenerous } from '../support/control.ts';
import { evidenceOf } from '../support/evidence.ts';
import { killHolding } from '../support/holding.ts';
import { expectNothingOver, type Pair } from '../support/pair.ts';
import { expectInTime, reportKill, seconds } from '../support/report.ts';
import { placesIn } from '../support/shard-log.ts';
import { listenerAt } from '../support/sockets.ts';
import { type StackSite, whenBooksAgree } from '../support/stack-site.ts';
import type { Bench } from '../support/judge.ts';

const WITHIN_MS = 40_000;
/** The last ampere is given a minute after the others (OD6), a building that fell is believed after half of one (TL3). */
const EVEN_WITHIN_MS = 150_000;
/** By so much each station has more than its share is once the building takes more: the least that must be taken from it. */
const TAKEN_A = 0.5;

/** Loss 2 in the ordinary case, for a service that owns no shards: one gateway of two, with stations that wait for it. */
export function killGatewayTitle({ on, at, calm }: Pair): void {
  on(
    'the ocpp-gateway that has most of the stations dies while they wait for its answers, the other lives: each of them is there, and is commanded, within 10 s; nothing goes over, and what was acknowledged stands once',
    async () => {
      calm();
      const { running, site } = at();
      const { stack } = running;
      await whenGenerous(site, 60_000);
      const { name, benches } = await fullestGateway(at());
      expect(benches.length).toBeGreaterThanOrEqual(site.benches.length / 2);
      // Whoever has no more than that is told nothing when the building takes more.
      const shareA = roomA(site, HIGH_A) / site.benches.length;
      await eventually('each of them has something to lose', EVEN_WITHIN_MS, () =>
        benches.every(({ station }) => (station.bay(1)?.obeyed.limitA ?? 0) > shareA + TAKEN_A) ? true : undefined,
      );
      const { held, atMs } = await killHolding({
        what: name,
        targets: [{ kill: (signal) => stack.kill(name, signal) }],
        evidence: evidenceOf(at()).unansweredAmong(...benches.map(({ station }) => station.stationId)),
      });
      try {
        const backMs = await allBack(benches, atMs);
        site.building(HIGH_A);
        const commandedMs = await eventually('a command for each of them', WITHIN_MS, () => {
          const first = benches.map(({ station }) =>
            site.tap.commands().find((command) => command.stationId === station.stationId && command.atMs > atMs),
          );
          const times = first.flatMap((command) => (command === undefined ? [] : [command.atMs - atMs]));
          return times.length === benches.length ? Math.max(...times) : undefined;
        });
        reportKill(
          `${name}, whose ${benches.length} stations were back after ${seconds(backMs)} and`,
          held,
          commandedMs,
        );
        await hasTaken(site, atMs, WITHIN_MS);
        expectInTime(at(), { sinceMs: atMs, backMs: commandedMs });
      } finally {
        // Whatever came of it: the next title finds two.
        await stack.restart(name);
        await stack.whenReady(name, WITHIN_MS);
      }
      await whenBooksAgree(at());
      expectNothingOver(at());
    },
    300_000,
  );
}

/** Of the gateways, that with the most stations on line, by the log and by who listens at the address that it names. */
async function fullestGateway({ running, site }: StackSite) {
  const shard = site.tap.commands().at(-1)?.shard ?? 0;
  const places = await placesIn(running, shard);
  const online = site.benches.filter(({ station }) => station.isOnline());
  const byAddress = Map.groupBy(online, ({ station }) => places.get(station.stationId)?.gatewayAddress ?? '');
  const [address = '', benches = []] = [...byAddress].toSorted(([, a], [, b]) => b.length - a.length)[0] ?? [];
  const name = listenerAt(running, Number(address.split(':').at(-1)));
  if (name === undefined) throw new Error(`no gateway listens at ${address}`);
  return { name, benches };
}

/** Each has lost its connection and has another. Resolves with the ms since `sinceMs`. */
async function allBack(benches: readonly Bench[], sinceMs: number): Promise<number> {
  const gone = new Set<Bench>();
  return eventually(
    'each of them has gone to the other gateway',
    WITHIN_MS,
    () => {
      for (const bench of benches) if (!bench.station.isOnline()) gone.add(bench);
      const isBack = gone.size === benches.length && benches.every(({ station }) => station.isOnline());
      return isBack ? Date.now() - sinceMs : undefined;
    },
    10,
  );
}
