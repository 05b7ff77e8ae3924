import type { CarSpec } from '../ev.ts';
import { silentLog } from '../log.ts';
import { createPulse } from '../pulse.ts';
import type { OcppVersion } from '../station/dialect.ts';
import { Station } from '../station/station.ts';
import type { StationConfig } from '../station/station-config.ts';
import { connectWs } from '../station/ws-socket.ts';
import { type CentralSystem, startCentralSystem } from './central-system.ts';
import { createManualTime, type ManualTime } from './manual-time.ts';

/** A three-phase car with a lot of room that follows exactly: 1 s lag, 8 A/s up, 16 A/s down. */
export const HUNGRY: CarSpec = {
  batteryWh: 60_000,
  socAtArrival: 0.2,
  maxA: 32,
  phases: 3,
  minimumA: 6,
  lagMs: 1_000,
  rampUpAPerS: 8,
  rampDownAPerS: 16,
  reportsSoc: true,
};

/** Looks at I/O that real sockets do: bounded by turns of the loop, not by wall time. */
const TURNS_MAX = 5_000;
export async function until(what: string, holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error(`never came: ${what}`);
}

export interface Bench {
  readonly time: ManualTime;
  readonly central: CentralSystem;
  readonly station: Station;
  /** Moves the clock second by second; after each, everything the station queued is answered (unless the link is cut). */
  run(seconds: number): Promise<void>;
  online(): Promise<void>;
  end(): Promise<void>;
}

export async function setUp(version: OcppVersion, over: Partial<StationConfig> = {}): Promise<Bench> {
  const time = createManualTime();
  const central = await startCentralSystem(() => time.nowMs());
  const pulse = createPulse(time.timers);
  const station = new Station(
    {
      stationId: 'ST-001',
      version,
      url: `${central.url}/ST-001`,
      password: 'a-password-of-20-chr',
      seed: 7,
      evses: 1,
      wiredPhases: 3,
      hardwareMaxA: 32,
      nominalVoltageV: 230,
      persona: { clockErrorMs: 0 },
      ...over,
    },
    { clock: time.clock, timers: time.timers, pulse, connect: connectWs, log: silentLog },
  );
  const drained = (): boolean => !station.isOnline() || station.waiting() === 0;
  return {
    time,
    central,
    station,
    async run(seconds) {
      for (let i = 0; i < seconds; i += 1) {
        time.advance(1_000);
        await until('the queue drained', drained);
      }
    },
    online: () => until('the station is online', () => station.isOnline()),
    async end() {
      station.stop();
      pulse.stop();
      await central.close();
    },
  };
}
