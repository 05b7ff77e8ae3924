/** One car: what it wants and how it follows the pilot. Currents in A per phase, energies in Wh, times in ms. */
export interface CarSpec {
  readonly batteryWh: number;
  /** 0 to 1. */
  readonly socAtArrival: number;
  readonly maxA: number;
  readonly phases: 1 | 3;
  /** Below it the car does not charge (IEC 61851-1: 6 A). */
  readonly minimumA: number;
  /** From a change of the pilot to the first reaction. */
  readonly lagMs: number;
  readonly rampUpAPerS: number;
  readonly rampDownAPerS: number;
  /** An AC station mostly cannot read the battery; some cars tell. */
  readonly reportsSoc: boolean;
}

export interface EvPlace {
  readonly wiredPhases: number;
  readonly nominalVoltageV: number;
  readonly nowMs: number;
}

/** Above this charge the battery takes less and less. */
const TAPER_FROM_SOC = 0.85;
/** Share of the maximum that is still taken at 100 %. */
const TAPER_LEFT = 0.2;
const STEP_MS = 1_000;
/** Changes of the pilot the car has not seen yet; the newest takes the last place when more come within one lag. */
export const PENDING_OFFERS_MAX = 16;
const EPSILON_A = 1e-9;
/** Nearer than any meter shows. */
const SETTLED_A = 0.05;
const MS_PER_HOUR = 3_600_000;

interface Offer {
  readonly seenAtMs: number;
  readonly limitA: number;
}

/** A car plugged in at `place.nowMs`, offered nothing yet. Energy is the exact integral of its (piecewise linear) current. */
export class Ev {
  readonly spec: CarSpec;
  /** Phases that carry current: those of the car that the EVSE has. */
  readonly phasesUsed: number;
  readonly #roomAtArrivalWh: number;
  readonly #voltageV: number;
  #nowMs: number;
  #currentA = 0;
  #deliveredWh = 0;
  #seenLimitA = 0;
  #pending: Offer[] = [];

  constructor(spec: CarSpec, place: EvPlace) {
    this.spec = spec;
    this.phasesUsed = Math.min(spec.phases, place.wiredPhases);
    this.#roomAtArrivalWh = spec.batteryWh * (1 - spec.socAtArrival);
    this.#voltageV = place.nominalVoltageV;
    this.#nowMs = place.nowMs;
  }

  /** Moves the car to `toMs`; an earlier instant is ignored. */
  advance(toMs: number): void {
    this.#look();
    while (this.#nowMs < toMs) {
      const untilMs = Math.min(toMs, this.#nowMs + STEP_MS, this.#pending[0]?.seenAtMs ?? toMs);
      this.#stretch(untilMs - this.#nowMs);
      this.#nowMs = untilMs;
      this.#look();
    }
  }

  /** A new limit on the pilot; the car sees it `lagMs` later. */
  offer(limitA: number, atMs: number): void {
    if (this.#pending.length === PENDING_OFFERS_MAX) this.#pending.pop();
    this.#pending.push({ seenAtMs: atMs + this.spec.lagMs, limitA });
  }

  /** The contactor opens: current ends at once. */
  cut(): void {
    this.#currentA = 0;
    this.#seenLimitA = 0;
    this.#pending = [];
  }

  /** A per used phase, now. */
  currentA(): number {
    return this.#currentA;
  }
  deliveredWh(): number {
    return this.#deliveredWh;
  }
  /** 0 to 1. */
  soc(): number {
    return Math.min(1, this.spec.socAtArrival + this.#deliveredWh / this.spec.batteryWh);
  }
  isFull(): boolean {
    return this.#deliveredWh >= this.#roomAtArrivalWh - 1e-6;
  }
  /** A per used phase that it would take now, without any limit. */
  wantsA(): number {
    return this.#ableA();
  }
  /** No change pending and the current where it goes to. */
  isSettled(): boolean {
    return this.#pending.length === 0 && Math.abs(this.#targetA() - this.#currentA) < SETTLED_A;
  }

  #look(): void {
    while (this.#pending[0] !== undefined && this.#pending[0].seenAtMs <= this.#nowMs) {
      this.#seenLimitA = this.#pending.shift()?.limitA ?? 0;
    }
  }

  /** What the battery takes now, without any limit. */
  #ableA(): number {
    if (this.isFull()) return 0;
    const beyond = Math.max(0, (this.soc() - TAPER_FROM_SOC) / (1 - TAPER_FROM_SOC));
    return Math.max(this.spec.minimumA, this.spec.maxA * (1 - (1 - TAPER_LEFT) * beyond));
  }

  #targetA(): number {
    const wantedA = Math.min(this.#seenLimitA, this.#ableA());
    return wantedA + EPSILON_A < this.spec.minimumA ? 0 : wantedA;
  }

  /** One stretch with a constant target: a ramp, then flat. */
  #stretch(ms: number): void {
    const targetA = this.#targetA();
    const gapA = targetA - this.#currentA;
    const rateAPerMs = (gapA > 0 ? this.spec.rampUpAPerS : this.spec.rampDownAPerS) / 1_000;
    const rampMs = Math.min(ms, Math.abs(gapA) / rateAPerMs);
    const afterA = rampMs < ms ? targetA : this.#currentA + Math.sign(gapA) * rateAPerMs * rampMs;
    this.#flow((this.#currentA + afterA) / 2, rampMs);
    this.#flow(afterA, ms - rampMs);
    this.#currentA = afterA;
  }

  #flow(meanA: number, ms: number): void {
    this.#deliveredWh += (meanA * this.#voltageV * this.phasesUsed * ms) / MS_PER_HOUR;
  }
}
