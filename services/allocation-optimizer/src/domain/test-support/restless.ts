import { epochMs, sessionId, stationId, transactionId, wattHours } from '@headroom/kernel';
import type { SiteModelInput } from '@headroom/site-model';
import type { Decision } from '../decision.ts';
import type { Fact } from '../facts.ts';
import {
  all,
  asked,
  committed,
  connected,
  idOf,
  limits,
  measured,
  panelOf,
  Scene,
  siteOf,
  stationName,
  T0,
} from '../given.fixture.ts';

const MOST_DECI_A = 320;
const WATTS_OF_AMP = 690;
const MS_OF_HOUR = 3_600_000;

/** Raised from nothing. */
export interface Closing {
  readonly car: number;
  readonly atMs: number;
  /** It had nothing yet in this session. */
  readonly isFirst: boolean;
}

/**
 * Cars without a fallback on a grid connection that has another limit whenever it is said so, and nothing else that bounds them. Stations obey at once, cars take what they may, registers
 * count it.
 */
export class Restless {
  readonly scene: Scene;
  readonly closings: Closing[] = [];
  readonly numbers: readonly number[];
  readonly #registers: number[];
  readonly #sessions: number[];
  readonly #started = new Set<string>();
  #limits: readonly number[];
  #version = 0n;
  #lastMs: number = T0;

  constructor(cars: number, change: Partial<SiteModelInput> = {}, bay: Partial<SiteModelInput['evses'][number]> = {}) {
    this.numbers = Array.from({ length: cars }, (_, i) => i + 1);
    this.#registers = this.numbers.map(() => 0);
    this.#sessions = this.numbers.map(() => 0);
    this.#limits = this.numbers.map(() => 0);
    this.scene = new Scene(siteOf({ ...panelOf(cars, { fallback: 0, ...bay }, 3_200), ...change }));
    this.scene.given(all(1, cars, (n) => [connected(n), committed(n, 0, { commanded: 0 })]));
    // As an owner does that has just begun: from here on he remembers what everybody has.
    this.scene.decideAt(T0 - 1);
  }

  allow(amps: number, atMs: number): void {
    this.#version += 1n;
    this.scene.given(asked([[amps * WATTS_OF_AMP, atMs]], { version: this.#version }));
  }

  /** A car of its own each time; the one that stood there has left. */
  comes(n: number, atMs: number): void {
    const { session, transaction } = this.#idsOf(n);
    const of = { stationId: stationId(stationName(n)), evse: 1 as const, atMs: epochMs(atMs) };
    this.scene.given(
      { kind: 'transaction-closed', ...of, sessionId: session, transactionId: transaction },
      { kind: 'session-ended', ...of, sessionId: session },
    );
    this.#sessions[n - 1] = (this.#sessions[n - 1] ?? 0) + 1;
    const next = this.#idsOf(n);
    this.scene.given(
      { kind: 'session-started', ...of, sessionId: next.session },
      { kind: 'transaction-opened', ...of, sessionId: next.session, transactionId: next.transaction, authorized: true },
    );
  }

  /** What the driver wants by then. */
  asks(n: number, energyWh: number, departureAtMs: number, atMs: number): void {
    this.scene.given({
      ...{
        kind: 'charging-requested',
        stationId: stationId(stationName(n)),
        evse: 1,
        sessionId: this.#idsOf(n).session,
      },
      ...{ energy: wattHours(energyWh), departureAtMs: epochMs(departureAtMs), atMs: epochMs(atMs) },
    });
  }

  /** Decides, and lets it happen. */
  at(nowMs: number): { readonly decision: Decision; readonly now: readonly number[] } {
    const decision = this.scene.decideAt(nowMs);
    const now = limits(decision, ...this.numbers);
    for (const n of this.numbers) {
      const [was, is] = [this.#limits[n - 1] ?? 0, now[n - 1] ?? 0];
      const { session, transaction } = this.#idsOf(n);
      const drawn = Math.min(was, MOST_DECI_A);
      this.#registers[n - 1] =
        (this.#registers[n - 1] ?? 0) + (drawn * WATTS_OF_AMP * (nowMs - this.#lastMs)) / 10 / MS_OF_HOUR;
      if (was === 0 && is > 0) this.closings.push({ car: n, atMs: nowMs, isFirst: !this.#started.has(session) });
      if (is > 0) this.#started.add(session);
      this.scene.given(committed(n, is, { commanded: is, atMs: nowMs, member: 'acknowledged' }));
      this.scene.given(
        metered(n, { deciA: Math.min(is, MOST_DECI_A), wh: this.usedWh(n), transaction, atMs: nowMs + 1 }),
      );
    }
    this.#limits = now;
    this.#lastMs = nowMs;
    return { decision, now };
  }

  /** Since the beginning, of all cars of a bay. */
  usedWh(n: number): number {
    return Math.floor(this.#registers[n - 1] ?? 0);
  }

  /** In the hour that ends with a closing, itself too. */
  closedBefore({ car, atMs }: Closing): number {
    return this.closings.filter((one) => one.car === car && one.atMs <= atMs && one.atMs > atMs - MS_OF_HOUR).length;
  }

  #idsOf(n: number) {
    const name = `${n}-${this.#sessions[n - 1] ?? 0}`;
    return { session: sessionId(`session-${name}`), transaction: transactionId(`tx-${name}`) };
  }
}

function metered(
  n: number,
  of: {
    readonly deciA: number;
    readonly wh: number;
    readonly transaction: ReturnType<typeof transactionId>;
    readonly atMs: number;
  },
): Fact {
  const fact = measured(n, of.deciA, of.atMs);
  if (fact.kind !== 'evse-measured') return fact;
  return { ...fact, sample: { ...fact.sample, register: wattHours(of.wh), transactionId: of.transaction } };
}

export const closedAt = (scene: Scene, n: number): readonly number[] =>
  scene.memory.given.get(idOf(n))?.closedAtMs ?? [];
