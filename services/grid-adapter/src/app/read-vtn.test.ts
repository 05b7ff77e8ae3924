import { expect, test } from '@jest/globals';
import { err, ok } from '@headroom/kernel';
import { event, limit } from '../domain/test-support/events.ts';
import { fakeVtn, VTN_URL } from '../testing/fake-vtn.ts';
import { CONFIRMS_MAX, readVtn, REFUSALS_MAX } from './read-vtn.ts';
import { createVtnAccess } from './vtn-access.ts';

interface Over {
  readonly programIds?: readonly string[];
  readonly targets?: readonly string[];
  readonly version?: '3.0' | '3.1';
}

function rig({ programIds = [], targets = [], version = '3.1' }: Over = {}) {
  const vtn = fakeVtn();
  const access = createVtnAccess({ source: { url: VTN_URL }, http: vtn, clock: { monoMs: () => 0 } });
  const site = { siteId: 's1' };
  const routing = { source: 'dso', targets: new Map(targets.map((name) => [name, [site]])), untargeted: [site] };
  return {
    vtn,
    read: (known: readonly string[] = []) => readVtn(access, { version, programIds, routing, defaults: {} }, known),
  };
}

async function found(reading: ReturnType<typeof readVtn>) {
  const result = await reading;
  if (result.kind === 'err') throw new Error(result.error);
  return result.value;
}
const ids = ({ events }: { readonly events: readonly { readonly eventId: string }[] }) =>
  events.map(({ eventId }) => eventId);

test.each([
  ['500', ok({ status: 500, body: undefined }), 'The answer has status 500.'],
  ['no list', ok({ status: 200, body: { title: 'hello' } }), 'The answer is no list.'],
  ['404', ok({ status: 404, body: undefined }), 'The answer to a list has status 404.'],
  ['nothing', err('There is no whole answer within 10 s.'), 'There is no whole answer within 10 s.'],
])('a page that is %s makes the whole reading worthless: nothing is cancelled by it', async (_, answer, error) => {
  const { vtn, read } = rig();
  vtn.instead.set('/events?', answer);
  expect(await read(['e1'])).toEqual({ kind: 'err', error });
});

test('DR-N3: a known event that is not listed is gone only where its own address says 404', async () => {
  const { vtn, read } = rig();
  vtn.instead.set('/events/slow', err('There is no whole answer within 10 s.'));
  vtn.instead.set('/events/broken', ok({ status: 500, body: undefined }));
  vtn.instead.set('/events/other', ok({ status: 200, body: event({ id: 'another' }) }));
  vtn.instead.set('/events/hidden', ok({ status: 200, body: event({ id: 'hidden' }) }));
  const reading = await found(read(['gone', 'slow', 'broken', 'other', 'hidden']));
  expect(ids(reading)).toEqual(['hidden']);
  expect(reading.unsure).toEqual(['slow', 'broken', 'other']);
});

test('the first event over the number that is confirmed in one poll waits for the next one', async () => {
  const { vtn, read } = rig();
  const known = Array.from({ length: CONFIRMS_MAX + 1 }, (_, n) => `e${n}`);
  expect((await found(read(known))).unsure).toEqual([`e${CONFIRMS_MAX}`]);
  expect(vtn.requests.filter(({ url }) => url.includes('/events/'))).toHaveLength(CONFIRMS_MAX);
});

test('a refused event stays as it was known, and loses only itself', async () => {
  const { vtn, read } = rig();
  vtn.events = [event({ id: 'good' }), event({ id: 'bad', intervals: [limit(0, -1)] }), { nonsense: true }];
  const reading = await found(read(['bad']));
  expect([ids(reading), reading.unsure]).toEqual([['good'], ['bad']]);
  expect(reading.refused.map(({ id }) => id)).toEqual(['bad', '']);
  expect(vtn.requests.some(({ url }) => url.includes('/events/bad'))).toBe(false);
});

test('the first refusal over the number that is told is counted', async () => {
  const { vtn, read } = rig();
  vtn.events = Array.from({ length: REFUSALS_MAX + 1 }, (_, n) => event({ id: `e${n}`, intervals: [limit(0, null)] }));
  const { refused, refusedCount } = await found(read());
  expect([refused.length, refusedCount]).toEqual([REFUSALS_MAX, REFUSALS_MAX + 1]);
});

test('DR-N9: what is for everybody and what is for our targets are asked for apart', async () => {
  const { vtn, read } = rig({ targets: ['feeder 7', 'b'] });
  vtn.events = [event({ id: 'all' }), event({ id: 'ours', targets: ['b'] }), event({ id: 'theirs', targets: ['c'] })];
  expect(ids(await found(read()))).toEqual(['all', 'ours']);
  expect(vtn.requests.map(({ url }) => url.slice(VTN_URL.length).split('skip')[0])).toContain(
    '/events?targets=feeder%207&targets=b&',
  );
});

test('DR-V2: targets of 3.0 are asked for by their type', async () => {
  const { vtn, read } = rig({ targets: ['GROUP:a', 'GROUP:b:c', 'VEN_NAME:x'], version: '3.0' });
  await read();
  const queries = vtn.requests.map(({ url }) => url.slice(VTN_URL.length).split('skip')[0]);
  expect(queries).toContain('/events?targetType=GROUP&targetValues=a&targetValues=b%3Ac&');
  expect(queries).toContain('/events?targetType=VEN_NAME&targetValues=x&');
});

test('only programs that are configured count, also at an event’s own address', async () => {
  const { vtn, read } = rig({ programIds: ['p1'] });
  const foreign = event({ id: 'foreign', programID: 'p2' });
  vtn.events = [event({ id: 'ours' }), foreign];
  const reading = await found(read(['foreign']));
  expect([ids(reading), reading.unsure]).toEqual([['ours'], []]);
});

test('DR-N10: units that the event lacks come from its program', async () => {
  const { vtn, read } = rig();
  const payloadDescriptors = [{ payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' }];
  vtn.programs = [{ id: 'p1', programName: 'site limit', payloadDescriptors }];
  vtn.events = [event({ payloadDescriptors: null })];
  const reading = await found(read());
  expect([ids(reading), [...reading.programNames]]).toEqual([['e1'], [['p1', 'site limit']]]);
  vtn.programs = [];
  expect((await found(read())).refused).toHaveLength(1);
});
