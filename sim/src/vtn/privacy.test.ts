import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  idOf,
  must,
  OTHER_VEN,
  startVtnBench,
  startWebhook,
  UTILITY,
  VEN,
  type VtnBench,
} from '../test-support/vtn-bench.ts';
import { TARGETS_MAX } from './bounds.ts';
import { simpleLevelEvent } from './grid-events.ts';
import type { VtnClient } from './tokens.ts';

let bench: VtnBench;
beforeEach(async () => {
  bench = await startVtnBench();
  const programId = must(bench.vtn.putProgram({ programName: 'site-limit' })).id;
  must(bench.vtn.putVen({ clientId: VEN.clientId, venName: 'depot', targets: ['north', 'trucks'] }));
  const put = (eventName: string, targets?: readonly string[]) => {
    const head = { programId, eventName, ...(targets === undefined ? {} : { targets }) };
    return must(bench.vtn.putEvent(simpleLevelEvent(head, [{ value: 1 }])));
  };
  put('all');
  put('north', ['north', 'secret']);
  put('trucks', ['trucks']);
  put('south', ['south']);
});
afterEach(() => bench.close());

const names = async (who: VtnClient, query = '') =>
  (await bench.call(who, `GET /events${query}`)).list.map((each) => each['eventName']);

test('DR-N9: without targets a VEN sees untargeted events only: a short list, and no 403', async () => {
  expect(await names(VEN)).toEqual(['all']);
  expect(await names(OTHER_VEN)).toEqual(['all']);
});

test('DR-N9: with targets it sees what bears one that it was granted', async () => {
  expect(await names(VEN, '?targets=north&targets=trucks')).toEqual(['north', 'trucks']);
  expect(await names(VEN, '?targets=trucks')).toEqual(['trucks']);
});

test('DR-N9: a target that was not granted shows nothing, with or without a ven object', async () => {
  expect(await names(VEN, '?targets=south')).toEqual([]);
  expect(await names(VEN, '?targets=secret')).toEqual([]);
  expect(await names(OTHER_VEN, '?targets=north')).toEqual([]);
});

test('DR-N9: of the targets of an object only those asked for are shown', async () => {
  const { list } = await bench.call(VEN, 'GET /events?targets=north');
  expect(list.map((each) => each['targets'])).toEqual([['north']]);
});

test('DR-N3: at its own address an event needs the grant alone, so that 404 means gone', async () => {
  const [, north, , south] = bench.vtn.events();
  expect((await bench.call(VEN, `GET /events/${idOf(north)}`)).json).toMatchObject({ targets: ['north'] });
  expect((await bench.call(VEN, `GET /events/${idOf(south)}`)).status).toBe(404);
  expect((await bench.call(VEN, `GET /events/${idOf(north)}?targets=trucks`)).status).toBe(404);
  expect((await bench.call(OTHER_VEN, `GET /events/${idOf(north)}`)).status).toBe(404);
});

test('DR-N9: a VEN reports on no event that it may not see, and keeps its own subscription whatever its targets', async () => {
  const [, north, , south] = bench.vtn.events();
  const report = (event: typeof north) => ({ eventID: idOf(event), clientName: 'depot', resources: [] });
  expect((await bench.call(VEN, 'POST /reports', report(south))).status).toBe(404);
  expect((await bench.call(VEN, 'POST /reports', report(north))).status).toBe(201);
  const hook = await startWebhook();
  const entry = { objects: ['EVENT'], operations: ['CREATE'], callbackUrl: hook.url };
  const own = { clientName: 'depot', targets: ['elsewhere'], objectOperations: [entry] };
  const { json } = await bench.call(VEN, 'POST /subscriptions', own);
  expect((await bench.call(VEN, `GET /subscriptions/${idOf(json)}`)).json).toEqual(json);
  await hook.close();
});

test('DR-N9: programs hide in the same way; business logic sees all with all targets', async () => {
  must(bench.vtn.putProgram({ programName: 'hidden', targets: ['north', 'secret'] }));
  const programs = async (who: VtnClient, query: string) =>
    (await bench.call(who, `GET /programs${query}`)).list.map((each) => [each['programName'], each['targets']]);
  expect(await programs(VEN, '')).toEqual([['site-limit', undefined]]);
  expect(await programs(VEN, '?targets=north')).toEqual([['hidden', ['north']]]);
  expect(await programs(UTILITY, '?targets=secret')).toEqual([['hidden', ['north', 'secret']]]);
  expect((await names(UTILITY)).length).toBe(4);
});

test('DR-N9: a VEN sees and changes its own ven only, and cannot grant itself a target', async () => {
  expect((await bench.call(VEN, 'POST /vens', { venName: 'second' })).status).toBe(409);
  const own = await bench.call(OTHER_VEN, 'POST /vens', { venName: 'mall', clientID: 'depot', targets: ['north'] });
  expect(own.json).toMatchObject({ venName: 'mall', clientID: 'mall' });
  expect(own.json).not.toHaveProperty('targets');
  expect((await bench.call(OTHER_VEN, 'GET /vens')).list).toEqual([own.json]);
  const [depot] = (await bench.call(VEN, 'GET /vens')).list;
  expect((await bench.call(OTHER_VEN, `PUT /vens/${idOf(depot)}`, { venName: 'mine' })).status).toBe(404);
  const renamed = await bench.call(VEN, `PUT /vens/${idOf(depot)}`, { venName: 'depot-2', targets: ['south'] });
  expect(renamed.json).toMatchObject({ venName: 'depot-2', targets: ['north', 'trucks'] });
  expect(await names(VEN, '?targets=south')).toEqual([]);
});

test('DR-V1: resources belong to a ven, add to its grant, and go with it', async () => {
  const [depot] = (await bench.call(VEN, 'GET /vens')).list;
  const bay = { resourceName: 'bay', venID: depot?.['id'], targets: ['south'] };
  expect((await bench.call(OTHER_VEN, 'POST /resources', bay)).status).toBe(404);
  const mine = await bench.call(VEN, 'POST /resources', bay);
  expect(mine.json).not.toHaveProperty('targets');
  expect(await names(VEN, '?targets=south')).toEqual([]);
  expect((await bench.call(UTILITY, `PUT /resources/${idOf(mine.json)}`, bay)).json).toMatchObject({
    clientID: 'depot',
    targets: ['south'],
  });
  expect(await names(VEN, '?targets=south')).toEqual(['south']);
  expect((await bench.call(VEN, 'POST /resources', bay)).status).toBe(409);
  expect((await bench.call(VEN, `DELETE /vens/${idOf(depot)}`)).status).toBe(200);
  expect((await bench.call(UTILITY, 'GET /resources')).list).toEqual([]);
  expect(await names(VEN, '?targets=south')).toEqual([]);
});

test('bound: one target over the limit in a query is refused', async () => {
  const query = (count: number) => `?${Array.from({ length: count }, (_, i) => `targets=t${i}`).join('&')}`;
  expect((await bench.call(VEN, `GET /events${query(TARGETS_MAX)}`)).status).toBe(200);
  expect((await bench.call(VEN, `GET /events${query(TARGETS_MAX + 1)}`)).status).toBe(400);
});
