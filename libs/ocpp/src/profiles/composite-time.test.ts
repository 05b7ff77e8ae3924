import { describe, expect, test } from '@jest/globals';
import { compositeSchedule, limitAt } from './composite.ts';
import { MAX_COMPOSITE_MS, MAX_COMPOSITE_SEGMENTS } from './segments.ts';
import { limits, steps } from './test-support/composed.ts';
import { all, query, S, T0 } from './test-support/given.ts';

const DAY_S = 86_400;

describe('time', () => {
  test('1.6 5.16.4: periods after the duration are not executed, and the last one goes on until the duration ends', () => {
    const periods = [
      [0, 60],
      [10, 70],
      [50, 80],
    ] as const;
    expect(steps(all({ steps: periods, more: { durationS: 40 } }))).toEqual([
      [0, 60],
      [10, 70],
      [40, undefined],
    ]);
    expect(steps(all({ steps: periods, more: { durationS: 90 } })).at(-2)).toEqual([50, 80]);
  });

  test('a start in the past leaves what is left of the schedule', () => {
    expect(
      steps(
        all({
          startS: -100,
          steps: [
            [0, 60],
            [90, 70],
            [110, 80],
          ],
          more: { durationS: 130 },
        }),
      ),
    ).toEqual([
      [0, 70],
      [10, 80],
      [30, undefined],
    ]);
  });

  test('K01.FR.41: a relative profile counts from the start of the transaction, and from the question while none runs', () => {
    const held = all({
      kind: 'relative',
      steps: [
        [0, 60],
        [30, 120],
      ],
    });
    const started = { transaction: { transactionId: 'tx-1', startedAtMs: T0 - 20 * S } };
    expect(steps(held, started)).toEqual([
      [0, 60],
      [10, 120],
    ]);
    const { transaction: _none, ...idle } = query(held);
    expect(compositeSchedule(idle)).toMatchObject({ value: { segments: [{ limit: 60 }, { fromMs: T0 + 30 * S }] } });
  });

  test('what counts from the start of a transaction holds also while the clock stands behind that start', () => {
    const held = all({
      kind: 'relative',
      steps: [
        [0, 60],
        [30, 120],
      ],
    });
    expect(steps(held, { transaction: { transactionId: 'tx-1', startedAtMs: T0 + 15 * S } })).toEqual([
      [0, 60],
      [45, 120],
    ]);
  });

  test('1.6 7.13: an absolute profile without a start is relative', () => {
    const held = all({
      startS: null,
      steps: [
        [0, 60],
        [30, 120],
      ],
    });
    expect(limits(held, [0, 30])).toEqual([60, 120]);
  });

  test('2.1 K28: a dynamic profile holds from the moment it is there, and its duration counts from its last update', () => {
    const held = all({ kind: 'dynamic', updatedAtMs: T0 - 20 * S, more: { durationS: 60 } });
    expect(steps(held)).toEqual([
      [0, 100],
      [40, undefined],
    ]);
    const fresh = all({ kind: 'dynamic', more: { durationS: 60 } });
    expect(steps(fresh)).toEqual([[0, 100]]);
    expect(steps(fresh.map((one) => ({ ...one, installedAtMs: T0 - 10 * S })))).toEqual([
      [0, 100],
      [50, undefined],
    ]);
  });

  test('a daily profile has a turn each 24 h from its start on, none before, and gaps where its duration is shorter', () => {
    const held = all(
      { steps: [[0, 60]] },
      { kind: 'recurring', recurrence: 'daily', stackLevel: 1, startS: 10, more: { durationS: 20 } },
    );
    expect(limits(held, [9, 10, 29, 30, DAY_S + 9, DAY_S + 10, DAY_S + 30])).toEqual([60, 100, 100, 60, 60, 100, 60]);
    expect(limits(held, [10 - DAY_S])).toEqual([undefined]);
  });

  test('1.6 5.16.4: a duration, and periods, longer than the recurrence are cut by the next turn', () => {
    const held = all({
      kind: 'recurring',
      recurrence: 'daily',
      startS: -3 * DAY_S,
      steps: [
        [0, 60],
        [DAY_S - 10, 70],
        [DAY_S + 10, 80],
      ],
      more: { durationS: 2 * DAY_S },
    });
    expect(limits(held, [0, DAY_S - 10, DAY_S, DAY_S + 20])).toEqual([60, 70, 60, 60]);
  });

  test('a weekly profile has a turn each 7 days', () => {
    const held = all({ kind: 'recurring', recurrence: 'weekly', startS: -14 * DAY_S, more: { durationS: DAY_S } });
    expect(limits(held, [-1, 0, DAY_S - 1, DAY_S, 7 * DAY_S])).toEqual([undefined, 100, 100, undefined, 100]);
  });

  test('SI15, 2.1 maxOfflineDuration: silent after so long without a CSMS, at once with 0, and again when it is back', () => {
    const held = (maxOfflineS: number) => all({ steps: [[0, 60]] }, { stackLevel: 1, steps: [[0, 200]], maxOfflineS });
    expect(steps(held(30))).toEqual([[0, 200]]);
    expect(steps(held(30), { offlineSinceMs: T0 - 10 * S })).toEqual([
      [0, 200],
      [20, 60],
    ]);
    expect(steps(held(0), { offlineSinceMs: T0 })).toEqual([[0, 60]]);
  });

  test('a wish longer than what is reckoned ahead is cut to it, and the first segment too many cuts a composite', () => {
    const long = compositeSchedule(query([], { durationMs: MAX_COMPOSITE_MS + 1 }));
    expect(long).toMatchObject({ value: { fromMs: T0, untilMs: T0 + MAX_COMPOSITE_MS } });
    const many = Array.from({ length: MAX_COMPOSITE_SEGMENTS + 1 }, (_, i) => [i, 60 + (i % 2)] as const);
    const cut = compositeSchedule(query(all({ steps: many }), { durationMs: DAY_S * S }));
    expect(cut).toMatchObject({ value: { untilMs: T0 + MAX_COMPOSITE_SEGMENTS * S } });
    expect(cut.kind === 'ok' && cut.value.segments.length).toBe(MAX_COMPOSITE_SEGMENTS);
  });

  test('no schedule is made of one that cannot be placed in time', () => {
    const local = all({ more: { start: { kind: 'local', wallMs: T0 } } });
    expect(limitAt(query(local), T0)).toEqual({ kind: 'err', error: { why: 'time-zone-unknown', profileId: 1 } });
    const unordered = all(
      {},
      {
        stackLevel: 2,
        steps: [
          [0, 60],
          [9, 70],
          [5, 80],
        ],
      },
    );
    expect(limitAt(query(unordered), T0)).toEqual({
      kind: 'err',
      error: { why: 'periods-out-of-order', profileId: 2 },
    });
  });
});
