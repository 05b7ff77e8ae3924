import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from './protocol.ts';
import type { ThinStation } from './thin-station.ts';

const MS_PER_S = 1_000;
/** Timers of Node are no finer; what falls due within one is sent together. */
const TICK_MS = 1;
/** So long the last answers are waited for. */
const LAST_ANSWERS_MS = 30_000;
/** Sorted latencies that are handed over; more are thinned out evenly, with the largest kept. */
const MAX_LATENCIES = 20_000;

interface Phases {
  readonly seconds: number;
  readonly warmS: number;
}

/** Counts answers of one load. */
function createTally({ seconds, warmS }: Phases) {
  const beganMs = performance.now();
  const warmUntilMs = beganMs + warmS * MS_PER_S;
  const endMs = warmUntilMs + seconds * MS_PER_S;
  const latencies: number[] = [];
  let sent = 0;
  let answered = 0;
  let answeredWarm = 0;
  let answeredInTime = 0;
  return {
    beganMs,
    endMs,
    sent: () => {
      sent += 1;
    },
    answered: (dueMs: number) => {
      answered += 1;
      const nowMs = performance.now();
      if (nowMs >= warmUntilMs) answeredWarm += 1;
      if (nowMs >= warmUntilMs && nowMs < endMs) answeredInTime += 1;
      if (dueMs >= warmUntilMs) latencies.push(nowMs - dueMs);
    },
    async result(stations: readonly ThinStation[]): Promise<LoadResult> {
      const untilMs = performance.now() + LAST_ANSWERS_MS;
      while (answered < sent && performance.now() < untilMs) await sleep(10);
      // What is left must not stand before the next load.
      for (const station of stations) station.forget();
      const answeredPerS = answeredInTime / seconds;
      return { sent, answered, answeredWarm, answeredPerS, latenciesMs: thinned(latencies) };
    },
  };
}

function thinned(latencies: readonly number[]): readonly number[] {
  const ascending = latencies.toSorted((a, b) => a - b);
  if (ascending.length <= MAX_LATENCIES) return ascending;
  const step = (ascending.length - 1) / (MAX_LATENCIES - 1);
  return Array.from({ length: MAX_LATENCIES }, (_, n) => ascending[Math.round(n * step)] ?? 0);
}

/** Open loop: a slow answer holds up nothing but its own station, and what waits there counts from when it was due. */
export async function openLoad(stations: readonly ThinStation[], perS: number, phases: Phases): Promise<LoadResult> {
  const tally = createTally(phases);
  const everyMs = MS_PER_S / perS;
  for (let n = 0; performance.now() < tally.endMs; await sleep(TICK_MS)) {
    const nowMs = Math.min(performance.now(), tally.endMs);
    for (let dueMs = tally.beganMs + n * everyMs; dueMs <= nowMs; dueMs = tally.beganMs + n * everyMs) {
      tally.sent();
      stations[n % stations.length]?.meter(dueMs, tally.answered);
      n += 1;
    }
  }
  return tally.result(stations);
}

/** Closed loop: as fast as one message in flight for each station goes. */
export function closedLoad(stations: readonly ThinStation[], phases: Phases): Promise<LoadResult> {
  const tally = createTally(phases);
  const send = (station: ThinStation): void => {
    tally.sent();
    station.meter(performance.now(), (dueMs) => {
      tally.answered(dueMs);
      if (performance.now() < tally.endMs) send(station);
    });
  };
  for (const station of stations) send(station);
  return sleep(tally.endMs - performance.now()).then(() => tally.result(stations));
}
