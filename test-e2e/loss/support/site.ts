import { type ApiClient, type CarSpec, createApiClient, createPulse, silentLog, Station } from '@headroom/sim';
import { systemTime } from '@headroom/service-host';
import { type LossSiteOrder, NOMINAL_VOLTAGE_V, plannedBays, siteDocument } from './document.ts';
import { type Bench, type Judge, startJudge } from './judge.ts';
import { createWireTap, type WireTap } from './wire-tap.ts';

export interface LossSite {
  readonly order: LossSiteOrder;
  readonly benches: readonly Bench[];
  readonly judge: Judge;
  readonly tap: WireTap;
  /** What the building draws from now on, A on each phase. It reports twice a second, while anybody listens. */
  building(ampsPerPhase: number): void;
  buildingA(): number;
  /** It climbs from `fromA` to `toA` in steps, falls back and begins anew, and reports each step at once, until stopped. */
  restless(
    steps: { readonly fromA: number; readonly toA: number; readonly stepA: number },
    everyMs: number,
  ): () => void;
  /** Instants of readings of the building that were answered "recorded". */
  recordedReadings(): readonly number[];
  /** Messages of all stations that were sent or wait to be, and are not acknowledged. */
  unanswered(): number;
  /** One car after the other ends its transaction and begins another, until stopped: starts and stops under load. */
  turnover(everyMs: number): () => void;
  stop(): void;
}

const REPORT_MS = 500;
/** Ten looks a second deserve physics as fine. */
const PULSE_MS = 100;
const LEDGER = { messages: 20_000, profiles: 5_000, limits: 5_000, currents: 40_000 };
/** Never full during a test, never below the minimum, quick to follow. */
export const HUNGRY: CarSpec = {
  batteryWh: 400_000,
  socAtArrival: 0.05,
  maxA: 32,
  phases: 3,
  minimumA: 6,
  lagMs: 300,
  rampUpAPerS: 8,
  rampDownAPerS: 30,
  reportsSoc: false,
};

/** Provisions the site through the public API, connects its stations, and plugs a hungry car into each. */
export async function openLossSite(
  at: { readonly url: string; readonly urls?: readonly string[]; readonly ocppUrl: string },
  order: LossSiteOrder,
): Promise<LossSite> {
  const time = systemTime();
  const api = createApiClient({ apiUrl: at.url, ioTimers: time });
  await put(`${at.url}/api/v1/sites/${order.siteId}`, siteDocument(order));
  const tap = createWireTap();
  const pulse = createPulse(time, PULSE_MS);
  const benches: Bench[] = [];
  for (const bay of plannedBays(order)) {
    const { stationId, version } = bay;
    await api.putToken(cardOf(stationId));
    const { password } = await api.putStation(stationId);
    const station = new Station(
      {
        ...{ stationId, version, password, seed: order.siteId, evses: 1, wiredPhases: 3, hardwareMaxA: 32 },
        url: `${at.ocppUrl}/${stationId}`,
        nominalVoltageV: NOMINAL_VOLTAGE_V,
        ledger: LEDGER,
        // The books are compared by the instants that the station wrote: the platform corrects a clock that is off.
        persona: { clockErrorMs: 0 },
      },
      { clock: time, timers: time, pulse, connect: tap.connect(stationId), log: silentLog },
    );
    benches.push({ station, bay });
    station.start();
  }
  let buildingA = 0;
  // A meter that finds one console away tells the other.
  const consoles = (at.urls ?? [at.url]).map((apiUrl) => createApiClient({ apiUrl, ioTimers: time }));
  const meter = startMeter(consoles, order, () => buildingA);
  const judge = startJudge(order, benches, () => buildingA);
  return {
    order,
    benches,
    judge,
    tap,
    building: (ampsPerPhase) => {
      buildingA = ampsPerPhase;
    },
    buildingA: () => buildingA,
    restless: ({ fromA, toA, stepA }, everyMs) => {
      const timer = setInterval(() => {
        buildingA = buildingA + stepA > toA ? fromA : buildingA + stepA;
        meter.report();
      }, everyMs);
      return () => clearInterval(timer);
    },
    recordedReadings: meter.recorded,
    unanswered: () => benches.reduce((sum, { station }) => sum + station.waiting(), 0),
    turnover: (everyMs) => turnover(benches, everyMs),
    stop: () => {
      meter.stop();
      judge.stop();
      for (const { station } of benches) station.stop();
      pulse.stop();
    },
  };
}

const cardOf = (stationId: string): string => `CARD-${stationId}`;

async function put(url: string, body: unknown): Promise<void> {
  const answer = await fetch(url, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}

/** Plugs a car and presents its card, again and again until it charges. */
export async function beginCharging({ station }: Bench): Promise<void> {
  station.plug(1, HUNGRY);
  for (let tries = 0; tries < 60; tries += 1) {
    if (station.isOnline() && (await station.tap(1, cardOf(station.stationId))) === 'started') return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${station.stationId} did not start charging`);
}

interface Meter {
  /** Beside the reports that it makes by itself. */
  report(): void;
  recorded(): readonly number[];
  stop(): void;
}

function startMeter(consoles: readonly ApiClient[], order: LossSiteOrder, buildingA: () => number): Meter {
  const recorded: number[] = [];
  let inFlight = 0;
  let next = 0;
  const report = (): void => {
    // A few at once at most: a platform that is away gets no heap of them.
    if (inFlight > consoles.length) return;
    inFlight += 1;
    const amps = buildingA();
    const sampledAtMs = Date.now();
    const reading = { siteId: order.siteId, meterId: 'building', sampledAtMs };
    void consoles[next % consoles.length]
      ?.postMeterReading({ ...reading, current: { l1A: amps, l2A: amps, l3A: amps } })
      .then(() => void recorded.push(sampledAtMs))
      .catch(() => {
        next += 1;
      })
      .finally(() => {
        inFlight -= 1;
      });
  };
  const timer = setInterval(report, REPORT_MS);
  return { report, recorded: () => recorded, stop: () => clearInterval(timer) };
}

function turnover(benches: readonly Bench[], everyMs: number): () => void {
  let next = 0;
  const timer = setInterval(() => {
    const bench = benches[next % benches.length];
    next += 1;
    if (bench?.station.bay(1)?.transaction === undefined) return;
    bench.station.unplug(1);
    void beginCharging(bench).catch(() => undefined);
  }, everyMs);
  return () => clearInterval(timer);
}
