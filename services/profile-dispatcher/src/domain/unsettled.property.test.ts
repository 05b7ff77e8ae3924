import { expect, test } from '@jest/globals';
import { deciAmps, type EpochMs, transactionId } from '@headroom/kernel';
import fc from 'fast-check';
import { committedOf, type Counting, membersOf } from './committed-set.ts';
import { type ClockEstimate, observeClock, skewMsOf, UNKNOWN_CLOCK } from './clock-skew.ts';
import { commandId } from './command-name.ts';
import { type Falling, limitAt } from './later-limit.ts';
import { intendLease, type LeaseAttempt, type LimitSet, UNKNOWN_SET } from './limit-set.ts';
import { OBEYS_WITHIN_MS } from './earlier-limit.ts';
import { resolveLease, takeSample } from './resolve-limit.ts';

const TX = transactionId('tx-1');
const LEASE_MS = 60_000;

type Step =
  | {
      readonly kind: 'send';
      readonly limitA: number;
      readonly fall?: { readonly afterMs: number; readonly limitA: number } | undefined;
    }
  | { readonly kind: 'accept' | 'reject'; readonly index: number }
  | { readonly kind: 'obeys' }
  | { readonly kind: 'clock'; readonly skewMs: number }
  | { readonly kind: 'wait'; readonly ms: number };

const amps = fc.integer({ min: 0, max: 8 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('send' as const),
      limitA: amps,
      fall: fc.option(fc.record({ afterMs: fc.constantFrom(10_000, 20_000, 45_000), limitA: amps }), {
        nil: undefined,
      }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constantFrom('accept' as const, 'reject' as const), index: fc.nat(3) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'obeys' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock' as const),
      skewMs: fc.constantFrom(0, 4_000, -4_000, 15_000, -40_000),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 7_000, 15_000, 31_000) }),
  },
);

/** What a station holds to: it looks at its own clock for the instants that it was told. */
function levelAt(lease: Falling & Pick<LeaseAttempt, 'untilMs' | 'toldSkewMs'>, atMs: EpochMs, skewMs: number): number {
  const byItsOwnMs = atMs + skewMs - (lease.toldSkewMs ?? 0);
  return byItsOwnMs < lease.untilMs ? limitAt(lease, byItsOwnMs) : 0;
}

/** A station that says Accepted and may go on obeying any one that it was told, to the end of it, until it is seen to obey the newest. */
class Stubborn {
  nowMs = 0;
  set: LimitSet = { ...UNKNOWN_SET, proven: true };
  #seq = 0;
  #told: LeaseAttempt[] = [];
  /** As it has shown it last. Whoever sets it shows it at once; a clock that was moved unseen no margin is long enough for. */
  #clock: ClockEstimate = observeClock(UNKNOWN_CLOCK, 0, 0);

  take(each: Step): void {
    switch (each.kind) {
      case 'wait':
        this.nowMs += each.ms;
        return;
      case 'send':
        return this.#send(each);
      case 'obeys':
        return this.#obeys();
      case 'clock':
        this.#clock = observeClock(this.#clock, this.nowMs + each.skewMs, this.nowMs);
        return;
      case 'accept':
      case 'reject':
        return this.#answer(each);
    }
  }

  #send({ limitA, fall }: Step & { kind: 'send' }): void {
    this.#seq += 1;
    const order = { epoch: 1, seq: this.#seq };
    const limit = deciAmps(limitA * 10);
    const isFall = fall !== undefined && fall.limitA < limitA;
    const attempt: LeaseAttempt = {
      ...{ order, generation: 1, limit, transactionId: TX, untilMs: this.nowMs + LEASE_MS, answerDueMs: undefined },
      toldSkewMs: skewMsOf(this.#clock),
      commandId: commandId({ purpose: 'lease', evse: 1, limit, shard: 0, order }),
      ...(isFall ? { later: { fromMs: this.nowMs + fall.afterMs, limit: deciAmps(fall.limitA * 10) } } : {}),
    };
    this.set = intendLease(this.set, attempt);
    this.#told.push(attempt);
  }

  #answer({ kind, index }: Step & { kind: 'accept' | 'reject' }): void {
    const attempt = this.set.attempts[index];
    if (attempt?.commandId === undefined) return;
    if (kind === 'reject') this.#told = this.#told.filter((each) => each !== attempt);
    const outcome = kind === 'accept' ? 'accepted' : 'rejected';
    this.set = resolveLease(this.set, { commandId: attempt.commandId, outcome, atMs: this.nowMs });
  }

  /** Long after the last answer, while nothing is unanswered: it offers what the newest says. */
  #obeys(): void {
    const { acknowledged, attempts } = this.set;
    if (acknowledged === undefined || attempts.length > 0) return;
    this.nowMs += 2 * OBEYS_WITHIN_MS;
    const offered = deciAmps(levelAt(acknowledged, this.nowMs, skewMsOf(this.#clock)));
    const draw = deciAmps(0);
    this.set = takeSample(this.set, { draw, offered, transactionId: TX, sampledAtMs: this.nowMs });
    this.#told = this.#told.filter((each) => each.order.seq === acknowledged.order.seq);
  }

  #mayObeyA(atMs: EpochMs): number {
    const levels = this.#told.map((each) => levelAt(each, atMs, skewMsOf(this.#clock)));
    return Math.max(0, ...levels) / 10;
  }

  #committedA(atMs: EpochMs): number {
    const counting: Counting = {
      ...{
        fallback: deciAmps(0),
        maxCurrent: deciAmps(320),
        leaseNowMs: atMs,
        leaseMarginMs: 0,
        clock: this.#clock,
        isDistrusted: false,
      },
    };
    return committedOf(membersOf(this.set, counting)) / 10;
  }

  countsTooLowAtMs(): EpochMs | undefined {
    return this.#instants().find((atMs) => this.#committedA(atMs) < this.#mayObeyA(atMs));
  }

  /** From now on, at every instant at which anything ends. */
  #instants(): readonly EpochMs[] {
    const ends = this.#told.flatMap(({ untilMs, later, toldSkewMs = 0 }) => {
      const movedMs = toldSkewMs - skewMsOf(this.#clock);
      return [untilMs + movedMs, (later?.fromMs ?? untilMs) + movedMs];
    });
    return [this.nowMs, ...ends.flatMap((atMs) => [atMs - 1, atMs])].filter((atMs) => atMs >= this.nowMs);
  }
}

test('SI3, SI4, HO-13: at no instant to come does an EVSE count with less than anything that it was told and may still obey', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 4, maxLength: 30, size: 'max' }), (steps) => {
      const station = new Stubborn();
      for (const each of steps) {
        station.take(each);
        expect(station.countsTooLowAtMs()).toBeUndefined();
      }
    }),
    { numRuns: 500 },
  );
});
