import type { CarSpec, Ev } from '../ev.ts';
import type { MeterSample, SampleContext } from './dialect.ts';
import type { Output } from './output.ts';

export interface MeterConfig {
  readonly wiredPhases: number;
  readonly nominalVoltageV: number;
  /** It measures what flows back. */
  readonly takesSetpoints: boolean;
  /** What the register shows when the station is new to us. */
  readonly registerStartWh: number;
}

/** The meter of one EVSE: currents of the car that stands there, and registers that no car resets. */
export class Meter {
  readonly #config: MeterConfig;
  readonly #output: Output;
  #ev: Ev | undefined;
  #takenBaseWh: number;
  #backBaseWh = 0;

  constructor(config: MeterConfig, output: Output) {
    this.#config = config;
    this.#output = output;
    this.#takenBaseWh = config.registerStartWh;
  }

  plugged(ev: Ev): void {
    this.#ev = ev;
  }
  unplugged(): void {
    this.#takenBaseWh = this.registerWh();
    this.#backBaseWh += this.backWh();
    this.#ev = undefined;
  }

  readonly currentA = (): number => this.#ev?.currentA() ?? 0;
  readonly givesA = (): number => this.#ev?.givesA() ?? 0;
  readonly phasesUsed = (): number => this.#ev?.phasesUsed ?? 0;
  powerW(): number {
    return this.#output.of(this.currentA() * this.phasesUsed() * this.#config.nominalVoltageV);
  }
  /** What came out for the car that stands there, and what came back. */
  takenWh(): number {
    return this.#output.of(this.#ev?.deliveredWh() ?? 0);
  }
  readonly backWh = (): number => this.#ev?.givenBackWh() ?? 0;
  readonly registerWh = (): number => this.#takenBaseWh + this.takenWh();

  /** @param atMs of the station's clock */
  sample(
    context: SampleContext,
    { atMs, offeredA }: { readonly atMs: number; readonly offeredA: number },
  ): MeterSample {
    const now = { currentA: this.currentA(), offeredA, phasesUsed: this.phasesUsed() };
    return {
      ...{ atMs, context },
      ...this.#output.shows(now),
      powerW: this.powerW(),
      registerWh: this.registerWh(),
      ...(this.#config.takesSetpoints ? { back: this.#back() } : {}),
      ...this.#soc(this.#ev?.spec),
    };
  }

  #soc(car: CarSpec | undefined): Pick<MeterSample, 'socPercent'> {
    return car?.reportsSoc === true ? { socPercent: (this.#ev?.soc() ?? 0) * 100 } : {};
  }

  #back(): NonNullable<MeterSample['back']> {
    const { wiredPhases, nominalVoltageV } = this.#config;
    const [givesA, used] = [this.givesA(), this.phasesUsed()];
    return {
      currentA: Array.from({ length: wiredPhases }, (_, i) => (i < used ? givesA : 0)),
      powerW: givesA * used * nominalVoltageV,
      registerWh: this.#backBaseWh + this.backWh(),
    };
  }
}
