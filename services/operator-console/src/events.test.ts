import { expect, test } from '@jest/globals';
import { createEvents, MAX_COUNTED } from './events.ts';

function rig() {
  const lines: string[] = [];
  const note = (event: string, fields = {}): void => void lines.push(`${event} ${JSON.stringify(fields)}`);
  return { lines, events: createEvents({ info: note, warn: note, error: note }) };
}

test('what is lost is told at the 1st, 2nd, 4th time with how often, each by itself; back once, and then anew', () => {
  const { lines, events } = rig();
  events.upstreamBack('grid facts');
  for (let time = 1; time <= 4; time += 1) events.upstreamLost('grid facts', 'away');
  events.upstreamLost('live-state', 'gone');
  events.upstreamBack('grid facts');
  events.upstreamBack('grid facts');
  events.upstreamLost('grid facts', 'away');
  expect(lines).toEqual([
    'console.upstream-lost {"what":"grid facts","why":"away","times":1}',
    'console.upstream-lost {"what":"grid facts","why":"away","times":2}',
    'console.upstream-lost {"what":"grid facts","why":"away","times":4}',
    'console.upstream-lost {"what":"live-state","why":"gone","times":1}',
    'console.upstream-back {"what":"grid facts"}',
    'console.upstream-lost {"what":"grid facts","why":"away","times":1}',
  ]);
});

test('a live value that cannot be read is told ever more seldom; the first key over the bound has all counted anew', () => {
  const { lines, events } = rig();
  for (let time = 1; time <= 3; time += 1) events.liveUnreadable('site:a', 'bad');
  expect(lines).toHaveLength(2);
  for (let key = 1; key < MAX_COUNTED; key += 1) events.liveUnreadable(`site:${key}`, 'bad');
  lines.length = 0;
  events.liveUnreadable('site:a', 'bad');
  expect(lines).toHaveLength(1);
  lines.length = 0;
  events.liveUnreadable('site:over', 'bad');
  for (let time = 1; time <= 2; time += 1) events.liveUnreadable('site:a', 'bad');
  expect(lines.map((line) => /"times":(\d)/.exec(line)?.[1])).toEqual(['1', '1', '2']);
});
