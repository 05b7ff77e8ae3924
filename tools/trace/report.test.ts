import { expect, test } from '@jest/globals';
import type { FinishedSpan } from '@headroom/telemetry';
import { reportOf, WHOLE } from './report.ts';

const span = (name: string, over: Partial<FinishedSpan> = {}): FinishedSpan => ({
  ...{
    traceId: 't1',
    spanId: name,
    service: 'ocpp-gateway',
    name,
    startMs: 0,
    durationMs: 1,
    attributes: {},
    links: [],
  },
  ...over,
});
const whole = WHOLE.map((name, startMs) => span(name, { startMs }));

test('a trace that reached a station and came back is printed, with nothing to explain', () => {
  const { lines, notes } = reportOf(new Map([['ocpp-gateway', whole]]));
  expect([lines[0], lines.length, notes]).toEqual([expect.stringMatching(/^trace t1: /), WHOLE.length + 1, []]);
});

test('a stack that has ended is told from one that has traced nothing', () => {
  const ended = reportOf(
    new Map([
      ['ocpp-gateway', undefined],
      ['grid-adapter', undefined],
    ]),
  );
  expect([ended.lines, ended.notes]).toEqual([
    [],
    [expect.stringMatching(/has ended: none of its 2 processes answers/)],
  ]);
  const young = reportOf(new Map([['ocpp-gateway', []]]));
  expect([young.lines, young.notes]).toEqual([[], [expect.stringMatching(/^Nothing was traced yet\./)]]);
});

test('who does not answer is named: its part of the tree is missing', () => {
  const { lines, notes } = reportOf(
    new Map([
      ['ocpp-gateway', whole],
      ['profile-dispatcher', undefined],
    ]),
  );
  expect(lines).toHaveLength(WHOLE.length + 1);
  expect(notes).toEqual(['No answer from profile-dispatcher: what they did is missing in the tree.']);
});

test('a trace that led to no command says so', () => {
  const { lines, notes } = reportOf(new Map([['ocpp-gateway', [span('station frame')]]]));
  expect([lines.length, notes]).toEqual([2, [expect.stringMatching(/its frame led to no command/)]]);
});
