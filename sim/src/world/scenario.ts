import type { CarSpec } from '../ev.ts';
import type { Cluster } from './cluster.ts';
import type { Field } from './field.ts';
import { PROCESS_NAMES } from './processes.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A few things that happen at a site at their times, in place of people and faults by chance. Seconds since the start. */
export interface Scenario {
  readonly cars: readonly {
    readonly atS: number;
    /** Which of the stations, from 0. */
    readonly station: number;
    readonly phases: CarSpec['phases'];
    readonly maxA: number;
    /** Then it leaves. Default: it stays. */
    readonly untilS?: number;
  }[];
  /** Of the building. */
  readonly rises: readonly { readonly atS: number; readonly kw: number; readonly forS: number }[];
  /** Every process dies then, and none is started again. */
  readonly diesAtS?: number;
}

export interface ScenarioDeps {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly cluster: Pick<Cluster, 'kill'>;
  readonly field: Pick<Field, 'stations' | 'building' | 'cards'>;
}

const BATTERY_WH = 5_000_000;
const REACTION = { minimumA: 6, lagMs: 2_000, rampUpAPerS: 4, rampDownAPerS: 16, reportsSoc: false } as const;

export function play({ cars, rises, diesAtS }: Scenario, { time, trace, cluster, field }: ScenarioDeps): void {
  const at = (second: number, what: string, act: () => void): void =>
    void time.after(second * 1_000 - time.monoMs(), what, act);
  for (const [place, { atS, untilS, station: which, phases, maxA }] of cars.entries()) {
    const station = field.stations[which];
    if (station === undefined) throw new Error(`there is no station ${which}`);
    at(atS, 'a car', () => {
      station.plug(1, { ...REACTION, batteryWh: BATTERY_WH, socAtArrival: 0.2, phases, maxA });
      void station.tap(1, field.cards[place] ?? '');
    });
    if (untilS !== undefined) at(untilS, 'a car leaves', () => station.unplug(1));
  }
  for (const { atS, kw, forS } of rises) {
    at(atS, 'a rise', () => {
      trace.tell(`the building takes ${kw} kW more for ${forS} s`);
      field.building.jumpBy(kw, forS);
    });
  }
  if (diesAtS === undefined) return;
  at(diesAtS, 'all die', () => {
    trace.tell('every process of the platform dies, and none comes back');
    for (const name of PROCESS_NAMES) cluster.kill(name);
  });
}
