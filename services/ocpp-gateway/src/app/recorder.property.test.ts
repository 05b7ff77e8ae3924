import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { stationId } from '@headroom/kernel';
import { type ManualTime, manualTime, settle } from '@headroom/testing';
import type { StationFact } from '../domain/facts.ts';
import { createEvents } from '../events.ts';
import type { FactLog, GatewayStore, LogRecord } from '../ports.ts';
import { createMemoryStore } from '../adapters/store/memory-store.ts';
import { createRecorder, type Recorder } from './recorder.ts';

/** What a store does with a write: takes it, refuses it, is silent, or takes it and loses the answer. */
const MODES = ['works', 'fails', 'hangs', 'loses-answers'] as const;
type Mode = (typeof MODES)[number];

type Step =
  | { readonly kind: 'log'; readonly mode: Mode }
  | { readonly kind: 'store'; readonly mode: Mode }
  | { readonly kind: 'say'; readonly station: number; readonly later: boolean }
  | { readonly kind: 'wait'; readonly ms: number }
  /** The station comes to the other gateway. */
  | { readonly kind: 'move'; readonly station: number };

const STATIONS = [stationId('A'), stationId('B'), stationId('C')];
const station = fc.nat({ max: STATIONS.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('log' as const), mode: fc.constantFrom(...MODES) }),
  fc.record({ kind: fc.constant('store' as const), mode: fc.constantFrom(...MODES) }),
  { arbitrary: fc.record({ kind: fc.constant('say' as const), station, later: fc.boolean() }), weight: 4 },
  { arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 10, max: 4_000 }) }), weight: 2 },
  fc.record({ kind: fc.constant('move' as const), station }),
);
/** An outage of the log around some messages of one station, over before or after the relay has looked: what is rare else. */
const outage: fc.Arbitrary<readonly Step[]> = fc
  .record({
    station,
    mode: fc.constantFrom(...MODES),
    ms: fc.constantFrom(10, 900, 1_100, 2_500),
    burst: fc.nat({ max: 8 }),
  })
  .map(({ station: of, mode, ms, burst }) => {
    const says = Array.from({ length: burst + 1 }, () => ({ kind: 'say', station: of, later: false }) as const);
    return [
      { kind: 'log', mode },
      ...says,
      { kind: 'wait', ms },
      { kind: 'log', mode: 'works' },
      ...says,
      { kind: 'wait', ms },
    ];
  });
const steps: fc.Arbitrary<readonly Step[]> = fc
  .array(fc.oneof(outage, { arbitrary: step.map((one) => [one]), weight: 3 }), { minLength: 3, maxLength: 20 })
  .map((parts) => parts.flat());

/** A store's answer takes a turn of the event loop, in which other things happen. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Two gateways over one log and one store, both of which fail as told. */
function createWorld() {
  const time = manualTime(0);
  const kept = createMemoryStore();
  const written: LogRecord[] = [];
  const mode: { log: Mode; store: Mode } = { log: 'works', store: 'works' };
  /** Writes of a log that hangs: done in their order once it works again, as a broker does that was frozen. */
  const hanging: (() => void)[] = [];

  const log = (): FactLog => ({
    encode: (fact) => ({
      stationId: fact.stationId,
      eventId: fact.eventId,
      topic: 't',
      key: fact.stationId,
      headers: {},
      value: new Uint8Array(),
    }),
    append: (records) => {
      if (mode.log === 'fails') return Promise.resolve('unavailable');
      if (mode.log !== 'hangs' && hanging.length === 0) {
        written.push(...records);
        return Promise.resolve(mode.log === 'works' ? 'durable' : 'unavailable');
      }
      return new Promise((resolve) =>
        hanging.push(() => {
          written.push(...records);
          resolve('durable');
        }),
      );
    },
    trouble: () => (mode.log === 'works' ? undefined : 'away'),
  });
  const store: GatewayStore = {
    ...kept,
    inbox: {
      async put(records) {
        if (mode.store === 'fails') return 'unavailable';
        if (mode.store === 'hangs') return new Promise(() => {});
        await turn();
        await kept.inbox.put(records);
        await turn();
        return mode.store === 'works' ? 'kept' : 'unavailable';
      },
      async waitingOf(ids) {
        const waiting = await kept.inbox.waitingOf(ids);
        await turn();
        return mode.store === 'works' ? waiting : undefined;
      },
      relay: async (publish, max) => {
        if (mode.store !== 'works') throw new Error('away');
        return kept.inbox.relay(publish, max);
      },
      trouble: () => (mode.store === 'works' ? undefined : 'away'),
    },
  };
  const setLog = (next: Mode): void => {
    mode.log = next;
    if (next === 'works') for (const write of hanging.splice(0)) write();
  };
  const quiet = createEvents({ info: () => {}, warn: () => {}, error: () => {} });
  const gateway = (): Recorder =>
    createRecorder({
      log: log(),
      inbox: store.inbox,
      clock: time,
      timers: time,
      events: quiet,
      onLost: () => {},
      onStationLost: () => {},
    });
  return { time, kept, written, mode, setLog, gateways: [gateway(), gateway()] as const };
}

/** A station as OCPP has it: one message at a time, repeated until it is answered, in the order of their making. */
function createStation(index: number, time: ManualTime) {
  const id = STATIONS[index] ?? stationId('none');
  const queue: string[] = [];
  const acknowledged: string[] = [];
  let at = 0;
  let asking = false;
  let number = 0;
  const fact = (eventId: string): StationFact => ({ stationId: id, eventId }) as StationFact;

  const pump = (gateways: readonly [Recorder, Recorder]): void => {
    const [next] = queue;
    if (asking || next === undefined) return;
    asking = true;
    const here = at;
    void (gateways[here] ?? gateways[0]).record(fact(next)).then((outcome) => {
      asking = false;
      if (outcome === 'durable') {
        acknowledged.push(next);
        queue.shift();
        pump(gateways);
      } else time.after(1_000, () => pump(gateways));
    });
  };
  return {
    id,
    acknowledged,
    queue,
    say(gateways: readonly [Recorder, Recorder], later: boolean) {
      number += 1;
      const eventId = `${id}${String(number).padStart(3, '0')}`;
      if (later) return (gateways[at] ?? gateways[0]).recordLater(fact(`${eventId} later`));
      queue.push(eventId);
      pump(gateways);
    },
    /** It hangs up with nothing in hand, and is admitted elsewhere. False: it is busy. */
    canMove: () => !asking,
    moved(): number {
      at = 1 - at;
      return at;
    },
  };
}

async function run(given: readonly Step[]) {
  const world = createWorld();
  const { time, gateways } = world;
  const stations = STATIONS.map((_, index) => createStation(index, time));
  for (const each of given) {
    if (each.kind === 'log') world.setLog(each.mode);
    else if (each.kind === 'store') world.mode.store = each.mode;
    else if (each.kind === 'wait') await time.pass(each.ms);
    else if (each.kind === 'say') stations[each.station]?.say(gateways, each.later);
    else await move(world, stations[each.station]);
    await settle();
    for (const one of stations) for (const id of one.acknowledged) expectDurable(world, id);
  }
  world.setLog('works');
  world.mode.store = 'works';
  await time.pass(20_000);
  await Promise.all(gateways.map((gateway) => gateway.stop()));
  return { world, stations };
}

type World = ReturnType<typeof createWorld>;

/** What `arrive` tells while the store answers. While it does not, nobody can tell (F7), and the property says nothing. */
async function move({ mode, kept, gateways }: World, one: ReturnType<typeof createStation> | undefined): Promise<void> {
  if (one === undefined || !one.canMove() || mode.store !== 'works') return;
  const arrival = await kept.arrivals.arrive({ stationId: one.id }, 0);
  if (arrival?.recordsWait === true) gateways[one.moved()]?.goBehind(one.id);
  else one.moved();
}

/** In the log, or still in the inbox: it is enough that one of them says so at the end; here nothing may be nowhere. */
function expectDurable({ written, kept }: World, eventId: string): void {
  if (written.some((record) => record.eventId === eventId)) return;
  void kept.inbox
    .relay(async (records) => {
      if (!records.some((record) => record.eventId === eventId)) throw new Error(`${eventId} is in neither store`);
      throw new Error('only looking');
    }, 1_000_000)
    .catch((cause: unknown) => {
      if (cause instanceof Error && cause.message !== 'only looking') lost.push(cause.message);
    });
}
const lost: string[] = [];

test('R5, I2, I3: whatever either store does: nothing acknowledged is in neither, all of it is in the log, first occurrences in order', async () => {
  const reached = { byInbox: 0, twice: 0 };
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      lost.length = 0;
      const { world, stations } = await run(given);
      expect(lost).toEqual([]);
      for (const one of stations) {
        expect(one.queue).toEqual([]);
        const ids = world.written.filter(({ stationId: of }) => of === one.id).map((record) => record.eventId);
        const first = [...new Set(ids)].filter((id) => !id.endsWith('later'));
        expect(first).toEqual(one.acknowledged);
        if (ids.length > new Set(ids).size) reached.twice += 1;
      }
      if (given.some((each) => each.kind === 'log' && each.mode !== 'works')) reached.byInbox += 1;
    }),
    { numRuns: 150 },
  );
  // Not vacuous: outages happened, and records came to stand twice.
  expect(Math.min(reached.byInbox, reached.twice)).toBeGreaterThan(10);
}, 120_000);
