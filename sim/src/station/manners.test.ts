import { expect, test } from '@jest/globals';
import { createManualTime } from '../test-support/manual-time.ts';
import { isBroken, LATE_MS, type Rudeness, withManners } from './manners.ts';

const LIMIT = '[3,"l1-120-3-1-1",{"status":"Accepted"}]';

function station(rudeness?: Rudeness) {
  const time = createManualTime();
  const sent: string[] = [];
  const connect = withManners(
    () => ({ send: (text) => void sent.push(text), drop: () => undefined }),
    { isRude: (how) => how === rudeness, lateMs: () => LATE_MS[0] },
    time.timers,
  );
  const target = { url: '', subprotocol: '', user: '', password: '' };
  const socket = connect(target, { opened: () => undefined, text: () => undefined, closed: () => undefined });
  return { socket, sent, time };
}

test('a station of good manners says what it says', () => {
  const { socket, sent } = station();
  socket.send(LIMIT);
  socket.send('[2,"a","Heartbeat",{}]');
  expect(sent).toEqual([LIMIT, '[2,"a","Heartbeat",{}]']);
});

test('H64: it answers under an id that nobody asked with', () => {
  const { socket, sent } = station('other-id');
  socket.send(LIMIT);
  expect(sent).toEqual(['[3,"l1-120-3-1-1-x",{"status":"Accepted"}]']);
});

test('H65: it answers when nobody waits any more; and not at all once its line is gone', () => {
  const { socket, sent, time } = station('late-answer');
  socket.send(LIMIT);
  time.advance(LATE_MS[0] - 1);
  expect(sent).toEqual([]);
  time.advance(LATE_MS[1]);
  expect(sent).toEqual([LIMIT]);
  socket.send(LIMIT);
  socket.drop();
  time.advance(LATE_MS[1]);
  expect(sent).toHaveLength(1);
});

test('H66: it asks before it answers', () => {
  const { socket, sent } = station('crossing-call');
  socket.send(LIMIT);
  expect(sent).toEqual(['[2,"crossing-1","Heartbeat",{}]', LIMIT]);
});

test('H68: it says a message as no JSON once, and well when it is asked again; its answers are always well', () => {
  const { socket, sent } = station('broken-call');
  const call = '[2,"a","MeterValues",{"connectorId":1}]';
  for (const text of [call, call, LIMIT]) socket.send(text);
  expect(sent).toEqual(['[2,"a","MeterValues",{"connectorId":1},]', call, LIMIT]);
  expect(sent.map(isBroken)).toEqual([true, false, false]);
});

test('H68: of messages that it said broken it knows so many, and may say an older one so again', () => {
  const { socket, sent } = station('broken-call');
  const call = (place: number): string => `[2,"m${place}","Heartbeat",{}]`;
  for (let place = 0; place < 200; place += 1) socket.send(call(place));
  socket.send(call(0));
  expect(isBroken(sent.at(-1) ?? '')).toBe(false);
  socket.send(call(200));
  socket.send(call(0));
  expect(isBroken(sent.at(-1) ?? '')).toBe(true);
});

test('H69: it answers a limit with an error of its own kind, and nothing else', () => {
  const { socket, sent } = station('odd-error');
  socket.send(LIMIT);
  socket.send('[3,"other",{}]');
  expect(sent).toEqual(['[4,"l1-120-3-1-1","Error"]', '[3,"other",{}]']);
});
