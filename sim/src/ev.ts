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
  /** It gives back when it is told to. Absent: it only takes. */
  readonly gives?: GivingSpec;
  /** It charges at one rate until it is full. Default: less and less from `TAPER_FROM_SOC` on. */
  readonly isEven?: boolean;
}

export interface GivingSpec {
  readonly maxA: number;
  /** 0 to 1: of itself it does not go below. */
  readonly downToSoc: number;
  /** What its driver wants to stay in it: nobody but the platform sees to that. */
  readonly keepWh: number;
  /** Of each Wh that leaves the battery, what comes out of the car. */
  readonly efficiency: number;
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
  readonly backA: number;
}

/** A car plugged in at `place.nowMs`, offered nothing yet. Energy is the exact integral of its (piecewise linear) current. */
export class Ev {
  readonly spec: CarSpec;
  /** Phases that carry current: those of the car that the EVSE has. */
  readonly phasesUsed: number;
  readonly #roomAtArrivalWh: number;
  readonly #voltageV: number;
  #nowMs: number;
  /** Below 0: it gives back. */
  #currentA = 0;
  #deliveredWh = 0;
  #givenBackWh = 0;
  #seenLimitA = 0;
  #seenBackA = 0;
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

  /** A new limit on the pilot, and how much it is to give back instead of taking; the car sees it `lagMs` later. */
  offer(limitA: number, atMs: number, backA = 0): void {
    if (this.#pending.length === PENDING_OFFERS_MAX) this.#pending.pop();
    this.#pending.push({ seenAtMs: atMs + this.spec.lagMs, limitA, backA });
  }

  /** The contactor opens: current ends at once. */
  cut(): void {
    this.#currentA = 0;
    this.#seenLimitA = 0;
    this.#seenBackA = 0;
    this.#pending = [];
  }

  /** A per used phase that it takes now. */
  currentA(): number {
    return Math.max(0, this.#currentA);
  }
  /** A per used phase that it gives back now. */
  givesA(): number {
    return Math.max(0, -this.#currentA);
  }
  deliveredWh(): number {
    return this.#deliveredWh;
  }
  givenBackWh(): number {
    return this.#givenBackWh;
  }
  /** 0 to 1. */
  soc(): number {
    return Math.min(1, this.spec.socAtArrival + this.#gainedWh() / this.spec.batteryWh);
  }
  /** Undefined: it only takes. */
  battery(): { readonly heldWh: number; readonly keepWh: number } | undefined {
    const { gives, batteryWh, socAtArrival } = this.spec;
    return gives && { heldWh: batteryWh * socAtArrival + this.#gainedWh(), keepWh: gives.keepWh };
  }
  isFull(): boolean {
    return this.#gainedWh() >= this.#roomAtArrivalWh - 1e-6;
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
      const { limitA = 0, backA = 0 } = this.#pending.shift() ?? {};
      this.#seenLimitA = limitA;
      this.#seenBackA = backA;
    }
  }

  /** What the battery has more than at its arrival. */
  #gainedWh(): number {
    return this.#deliveredWh - this.#givenBackWh / (this.spec.gives?.efficiency ?? 1);
  }

  /** What the battery takes now, without any limit. */
  #ableA(): number {
    if (this.isFull()) return 0;
    if (this.spec.isEven === true) return this.spec.maxA;
    const beyond = Math.max(0, (this.soc() - TAPER_FROM_SOC) / (1 - TAPER_FROM_SOC));
    return Math.max(this.spec.minimumA, this.spec.maxA * (1 - (1 - TAPER_LEFT) * beyond));
  }

  /** Below 0 where it is to give back: then it takes nothing, also where it cannot give so little. */
  #targetA(): number {
    if (this.#seenBackA > 0) return -this.#backTargetA();
    const wantedA = Math.min(this.#seenLimitA, this.#ableA());
    return wantedA + EPSILON_A < this.spec.minimumA ? 0 : wantedA;
  }

  #backTargetA(): number {
    const { gives, minimumA } = this.spec;
    if (gives === undefined || this.soc() <= gives.downToSoc) return 0;
    const backA = Math.min(this.#seenBackA, gives.maxA);
    return backA + EPSILON_A < minimumA ? 0 : backA;
  }

  /** One stretch with a constant target: a ramp, then flat. On its way from taking to giving it takes nothing for an instant. */
  #stretch(ms: number): void {
    const targetA = this.#targetA();
    if (targetA * this.#currentA >= 0) return this.#ramp(targetA, ms);
    const downMs = Math.abs(this.#currentA) / this.#rateAPerMs(-this.#currentA);
    this.#ramp(0, Math.min(ms, downMs));
    if (ms > downMs) this.#ramp(targetA, ms - downMs);
  }

  #rateAPerMs(gapA: number): number {
    return (gapA > 0 ? this.spec.rampUpAPerS : this.spec.rampDownAPerS) / 1_000;
  }

  #ramp(targetA: number, ms: number): void {
    const gapA = targetA - this.#currentA;
    const rateAPerMs = this.#rateAPerMs(gapA);
    const rampMs = Math.min(ms, Math.abs(gapA) / rateAPerMs);
    const afterA = rampMs < ms ? targetA : this.#currentA + Math.sign(gapA) * rateAPerMs * rampMs;
    this.#flow((this.#currentA + afterA) / 2, rampMs);
    this.#flow(afterA, ms - rampMs);
    this.#currentA = afterA;
  }

  #flow(meanA: number, ms: number): void {
    const wh = (meanA * this.#voltageV * this.phasesUsed * ms) / MS_PER_HOUR;
    if (wh >= 0) this.#deliveredWh += wh;
    else this.#givenBackWh -= wh;
  }
}
