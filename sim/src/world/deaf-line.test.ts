import { expect, test } from '@jest/globals';
import type { LivingGateway } from './sockets.ts';
import { createChance } from './chance.ts';
import { createDeafness, createDeafPipe, DEAF_MS, type DeafPipe } from './deaf-line.ts';
import { createFaults } from './faults.ts';
import { createLife } from './life.ts';
import { createPipe } from './pipe.ts';
import { runSeed } from './run-seed.ts';
import { createSockets } from './sockets.ts';
import { createVirtualTime } from './virtual-time.ts';

const timeOf = () =>
  createVirtualTime(0, ({ cause }) => {
    throw cause;
  });

test('D15: a deaf direction loses no single frame: all that goes in waits, its end too, and comes out late and in order', async () => {
  const time = timeOf();
  const came: string[] = [];
  const pipe = createDeafPipe(createPipe(time, () => 10, 'to the station'));
  const send = (what: string) => pipe.push(() => void came.push(`${what} ${time.monoMs()}`));
  send('a');
  time.after(5, 'deafens', pipe.deafens);
  time.after(6, 'send', () => ['b', 'c'].forEach(send));
  time.after(8, 'close', () => pipe.push(() => void came.push(`closed ${time.monoMs()}`), 1));
  time.after(500, 'heals', pipe.heals);
  time.after(500, 'send', () => send('d'));
  await time.runUntil(1_000);
  expect(came).toEqual(['a 10', 'b 510', 'c 510', 'closed 510', 'd 510']);
  expect(pipe.isDeaf()).toBe(false);
});

test('D15: either end is struck in its own direction, by limits and by calls, and heals within a hundred seconds', () => {
  const faults = createFaults({
    ...{ chance: createChance(1), classes: ['deaf-line'] as const, isOn: () => true, rateOf: () => 2 },
  });
  const healsAfter: number[] = [];
  const told: string[] = [];
  const time = { after: (ms: number) => (healsAfter.push(ms), () => undefined) };
  const deps = { time: time as never, faults, tell: (line: string) => void told.push(line) };
  const deafness = createDeafness(deps, { stationId: 'ST-1', line: 3 });
  const struck = { station: 0, gateway: 0 };
  const pipeOf = (end: keyof typeof struck) =>
    ({ isDeaf: () => false, deafens: () => (struck[end] += 1), heals: () => undefined }) as unknown as DeafPipe;
  for (let count = 0; count < 2_000; count += 1) {
    deafness.limitGoes(pipeOf('station'));
    deafness.callGoes(pipeOf('gateway'));
  }
  expect(struck.station).toBeGreaterThan(40);
  expect(struck.gateway).toBeGreaterThan(8);
  expect(struck.gateway).toBeLessThan(struck.station);
  expect(Math.min(...healsAfter)).toBeGreaterThanOrEqual(DEAF_MS[0]);
  expect(Math.max(...healsAfter)).toBeLessThanOrEqual(DEAF_MS[1]);
  expect(told.some((line) => /^ST-1 hears nothing for \d+ ms$/u.test(line))).toBe(true);
  expect(told.some((line) => /^nobody hears ST-1 for \d+ ms$/u.test(line))).toBe(true);
});

/** A gateway that takes whoever knocks, and a station that calls. */
function lineRig(losesPower: boolean) {
  const time = timeOf();
  const said: string[] = [];
  const life = createLife('ocpp-gateway-1', 'ocpp-gateway-1#1', { time, onSurvivor: () => undefined });
  const connection = {
    ...{ kind: 'accepted', onText: (text: string) => void said.push(`gateway hears ${text}`) },
    events: {
      onHeard: () => undefined,
      onText: (text: string) => void said.push(`gateway hears ${text}`),
      onClosed: (code: number) => void said.push(`gateway is left with ${code}`),
    },
  };
  const living = { life, gateway: { connect: async () => connection } } as unknown as LivingGateway;
  let isBack = false;
  const silent = () => undefined;
  const connect = createSockets({
    ...{
      time,
      rng: { next: () => 0.5 },
      faults: createFaults({ chance: createChance(1), classes: [], isOn: () => true }),
    },
    ...{ gateways: () => [living], isStuck: () => false, cutLink: silent, tell: silent, losesPower: () => losesPower },
    hear: { dialled: silent, written: silent, received: silent, handled: silent, sent: silent },
    isUp: () => isBack,
  });
  const target = { url: 'ws://g/ocpp/ST-1', subprotocol: 'ocpp1.6', user: 'ST-1', password: 'p' };
  const closed = (why: string): void => void said.push(`closed ${why} ${Math.round(time.monoMs() / 1_000)}`);
  const socket = connect(target, { opened: () => void said.push('opened'), text: silent, closed });
  return { time, said, life, socket, comesBack: () => (isBack = true) };
}

const call = (id: string): string => `[2,"${id}","Heartbeat",{}]`;

test('SI30: a gateway whose host keeps running resets its connections; one whose host is gone tells nobody, until it is back and is spoken to', async () => {
  const reset = lineRig(false);
  reset.time.after(1_000, 'dies', () => reset.life.kill());
  await reset.time.runUntil(5_000);
  expect(reset.said).toEqual(['opened', 'closed connection reset 1']);

  const gone = lineRig(true);
  gone.time.after(1_000, 'dies', () => gone.life.kill());
  gone.time.after(60_000, 'calls', () => gone.socket.send(call('a')));
  gone.time.after(90_000, 'is back', gone.comesBack);
  gone.time.after(120_000, 'calls', () => gone.socket.send(call('b')));
  await gone.time.runUntil(200_000);
  expect(gone.said).toEqual(['opened', 'closed connection reset 120']);
});

test('SI30: who knocks at a gateway whose host is gone before it answers knocks again half a minute later, and waits no longer for one that stands still', async () => {
  const gone = lineRig(true);
  gone.time.after(1, 'dies', () => gone.life.kill());
  await gone.time.runUntil(40_000);
  expect(gone.said).toEqual(['closed no answer 30']);

  const still = lineRig(false);
  still.time.after(1, 'stands still', () => still.life.pause());
  still.time.after(40_000, 'wakes', () => still.life.resume());
  await still.time.runUntil(60_000);
  expect(still.said).toEqual(['closed no answer 30', 'gateway is left with 1006']);
});

test('a seed with deaf lines meets them at both ends, and nothing is violated', async () => {
  const read: string[] = [];
  const { violations, fired } = await runSeed({
    ...{
      seed: 2,
      hours: 0.4,
      stations: 6,
      faults: ['deaf-line'] as const,
      read: (line: string) => void read.push(line),
    },
  });
  expect(violations).toEqual([]);
  expect(fired.get('deaf-line')).toBeGreaterThan(4);
  expect(read.filter((line) => line.includes(' hears nothing for ')).length).toBeGreaterThan(0);
  expect(read.filter((line) => line.includes(' nobody hears ')).length).toBeGreaterThan(0);
}, 120_000);
