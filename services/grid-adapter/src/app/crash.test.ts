import { expect, test } from '@jest/globals';
import { err } from '@headroom/kernel';
import { recordOf } from '../adapters/log/grid-facts.ts';
import { event } from '../domain/test-support/events.ts';
import { MINUTE_MS, type World, world } from '../testing/rig.ts';

/** From noon for an hour, 50 kW; the world begins ten minutes before. */
const EVENT = event();
const SILENT = err('There is no whole answer (ECONNREFUSED).');
const BROKEN = new Error('as it was told to');

const cancelled = (it: World) => it.notes().filter(({ kind }) => kind === 'cancelled');
const eventIds = (it: World): readonly unknown[] =>
  it.facts.flatMap((fact) =>
    fact.kind === 'note' && fact.note.kind === 'cancelled' ? [recordOf(fact).headers['event-id']] : [],
  );

/** An instance that knows the event; `crash`: it writes nothing any more, neither here nor there. */
async function knowing(): Promise<{ readonly it: World; readonly crash: () => Promise<void> }> {
  const it = world();
  it.vtn.programs = [{ id: 'p1', programName: 'site limit' }];
  it.vtn.events = [EVENT];
  const adapter = it.adapter();
  await adapter.start();
  await it.time.pass(MINUTE_MS);
  const crash = async (): Promise<void> => {
    await adapter.stop();
    it.logTrouble = undefined;
    it.saveTrouble = undefined;
  };
  return { it, crash };
}

test('DR-D4: a crash before the save: the next instance finds the cancellation by itself, and tells it', async () => {
  const { it, crash } = await knowing();
  it.saveTrouble = BROKEN;
  it.vtn.events = [];
  await it.time.pass(MINUTE_MS);
  await crash();
  expect([cancelled(it), (await it.store.load()).get('dso')?.known.events[0]?.goneAtMs]).toEqual([[], undefined]);
  await it.adapter().start();
  await it.time.pass(0);
  expect(cancelled(it)).toMatchObject([{ eventId: 'e1' }]);
});

test('DR-D4: a crash between save and publication: the next instance tells the cancellation and its program, even without the VTN', async () => {
  const { it, crash } = await knowing();
  it.logTrouble = BROKEN;
  it.vtn.events = [];
  await it.time.pass(MINUTE_MS);
  await crash();
  const goneAtMs = (await it.store.load()).get('dso')?.known.events[0]?.goneAtMs;
  expect([cancelled(it), goneAtMs]).toEqual([[], expect.any(Number)]);
  it.vtn.trouble = SILENT;
  // Longer than its event would have lasted: that it is over by now makes its cancellation no less one.
  await it.time.pass(2 * 60 * MINUTE_MS);
  await it.adapter().start();
  await it.time.pass(0);
  expect(cancelled(it)).toMatchObject([{ eventId: 'e1', programName: 'site limit', notedAtMs: goneAtMs }]);
});

test('DR-D4: a crash after the publication: the cancellation is told again as the same event, word for word', async () => {
  const { it, crash } = await knowing();
  // The program may leave with its event.
  it.vtn.programs = [];
  it.vtn.events = [];
  await it.time.pass(MINUTE_MS);
  await crash();
  await it.adapter().start();
  await it.time.pass(MINUTE_MS);
  const [first, again, ...more] = cancelled(it);
  expect([first?.eventId, first?.programName, again, more]).toEqual(['e1', 'site limit', first, []]);
  expect(new Set(eventIds(it)).size).toBe(1);
});

test('an event that was over when it left the list is never told as cancelled, by no instance', async () => {
  const { it, crash } = await knowing();
  await it.time.pass(80 * MINUTE_MS);
  it.vtn.events = [];
  await it.time.pass(MINUTE_MS);
  await crash();
  await it.adapter().start();
  await it.time.pass(MINUTE_MS);
  expect([(await it.store.load()).get('dso')?.known.events[0]?.goneAtMs, cancelled(it)]).toEqual([
    expect.any(Number),
    [],
  ]);
});
