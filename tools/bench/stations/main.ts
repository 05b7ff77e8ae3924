/** The process of a bench's stations: it takes orders from the bench (`fleet.ts`), so that its CPU can be told apart. */
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { closedLoad, openLoad } from './loads.ts';
import type { Numbered, Order, Report } from './protocol.ts';
import { type HeardCommand, openThinStation, type ThinStation } from './thin-station.ts';

/** Handshakes under way at a time: the gateway bounds what it checks at once. */
const AT_A_TIME = 50;
const ATTEMPTS = 10;
const AGAIN_MS = 1_000;
const IGNORED = (): void => {};

const stations: ThinStation[] = [];
let charging: ThinStation[] = [];
let commands: HeardCommand[] = [];
let metering: NodeJS.Timeout | undefined;
let closing = false;
/** Stations whose sockets were closed, which no station here wanted: what was measured then is void. */
const lost: string[] = [];

/** A gateway that cannot check right now says 503, and that one may try again. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    try {
      return await work();
    } catch {
      await sleep(AGAIN_MS);
    }
  }
  return work();
}

async function connectAll({ ocppUrl, stations: wanted, card }: Order & { kind: 'connect' }): Promise<Report> {
  for (let from = 0; from < wanted.length; from += AT_A_TIME) {
    const opened = wanted.slice(from, from + AT_A_TIME).map(async ({ stationId, password }) => {
      const station = await patiently(() =>
        openThinStation({
          ...{ ocppUrl, stationId, password },
          onCommand: (command) => void commands.push(command),
          onClosed: (id, why) => {
            if (!closing) lost.push(`${id} (${why})`);
          },
        }),
      );
      await (card === undefined ? station.boot() : station.charge(card));
      return station;
    });
    const some = await Promise.all(opened);
    stations.push(...some);
    if (card !== undefined) charging.push(...some);
  }
  return { kind: 'done' };
}

function closeAllBut(keep: number): Report {
  closing = true;
  const gone = new Set(stations.splice(keep));
  for (const station of gone) station.close();
  charging = charging.filter((station) => !gone.has(station));
  return { kind: 'done' };
}

/** Each station in its turn, so that all of them have had one after `everyMs`. */
function meterEvery(everyMs: number): Report {
  clearInterval(metering);
  if (everyMs === 0) return { kind: 'done' };
  let turn = 0;
  const beganMs = performance.now();
  metering = setInterval(() => {
    const due = ((performance.now() - beganMs) / everyMs) * charging.length;
    for (; turn < due; turn += 1) charging[turn % charging.length]?.meter(0, IGNORED);
  }, 5);
  return { kind: 'done' };
}

async function carryOut(order: Order): Promise<Report> {
  switch (order.kind) {
    case 'connect':
      return connectAll(order);
    case 'close':
      return closeAllBut(order.keep);
    case 'open':
      return { kind: 'load', load: await openLoad(charging, order.perS, order) };
    case 'closed':
      return { kind: 'load', load: await closedLoad(charging, order) };
    case 'metering':
      return meterEvery(order.everyMs);
    case 'commands': {
      const heard = commands;
      commands = [];
      return { kind: 'commands', commands: heard };
    }
  }
}

process.on('message', ({ n, body }: Numbered<Order>) => {
  const failed = (cause: unknown): Report => ({ kind: 'failed', why: cause instanceof Error ? cause.message : '?' });
  void carryOut(body)
    .then((report): Report => {
      const [first] = lost;
      if (first === undefined) return report;
      return { kind: 'failed', why: `${lost.length} lost their sockets, the first was ${first}` };
    })
    .catch(failed)
    .then((report) => process.send?.({ n, body: report } satisfies Numbered<Report>));
});
process.on('disconnect', () => process.exit(0));
