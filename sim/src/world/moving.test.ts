import { expect, test } from '@jest/globals';
import type { SiteDocument } from '../documents.ts';
import { createMembers, movingOf } from './moving.ts';
import type { Operator } from './operator.ts';
import { BUSY } from './pace.ts';
import { plannedSites } from './sites.ts';

const [to, from] = plannedSites({ seed: 1, stations: 5, sites: 2, pace: BUSY, share: 'equal', hasFree: true });
if (from === undefined || to.free === undefined) throw new Error('nowhere to go');
const moving = movingOf(from.plan, to.plan, to.free);
if (moving === undefined) throw new Error('nobody moves');

const nobody = async (): Promise<never> => Promise.reject(new Error('not asked'));
const PEOPLE: Omit<Operator, 'putSite'> = {
  ...{ putStation: nobody, putToken: nobody, putLimit: nobody, endLimit: nobody },
  ...{ putChargingRequest: nobody, postMeterReading: nobody, postTemperature: nobody },
};

function members() {
  const put: (readonly [string, readonly string[]])[] = [];
  const putSite = async ({ metadata, spec }: SiteDocument): Promise<void> =>
    void put.push([metadata.name, spec.stations.map(({ id }) => id)]);
  const documents = [to.plan.document, from?.plan.document].filter((each) => each !== undefined);
  return { put, of: createMembers({ ...PEOPLE, putSite }, moving ?? raise(), documents) };
}
const raise = (): never => {
  throw new Error('nobody moves');
};

test('its place is free from the beginning, and is that of a DC station if it is one', () => {
  expect(to.plan.stations.map(({ stationId }) => stationId)).toEqual(['LD-00001', 'LD-00002', 'LD-00003']);
  expect(moving).toMatchObject({ stationId: 'LD-20002', fromSiteId: from.plan.siteId, toSiteId: 'load-001' });
  expect(moving.there).toMatchObject({ id: 'LD-20002', circuit: to.free?.circuit });
  expect(moving.there.evses[0]).not.toHaveProperty('dc');
  const dc = { maxKw: 20, efficiency: 0.93, powerFactor: 0.98 };
  const plan = { ...from.plan, stations: from.plan.stations.map((station) => ({ ...station, dc })) };
  expect(movingOf(plan, to.plan, moving.there)?.there.evses[0]?.dc).toEqual(dc);
  expect(movingOf({ ...from.plan, stations: from.plan.stations.slice(1) }, to.plan, moving.there)).toBeUndefined();
});

test('HO-15: no two documents name it: first the old one without it, then the new one with it, whoever puts one meanwhile', async () => {
  const { put, of } = members();
  const edit = async (): Promise<void> => {
    await of.operator.putSite(from.plan.document);
    await of.operator.putSite(to.plan.document);
  };
  await edit();
  await of.leaves();
  await edit();
  await of.joins();
  await edit();
  const old = from.plan.siteId;
  const HERE = ['LD-00001', 'LD-00002', 'LD-00003'];
  expect(put).toEqual([
    ...[
      [old, ['LD-20001', 'LD-20002']],
      ['load-001', HERE],
    ],
    ...[[old, ['LD-20001']]],
    ...[
      [old, ['LD-20001']],
      ['load-001', HERE],
    ],
    ...[
      [old, ['LD-20001']],
      ['load-001', [...HERE, 'LD-20002']],
    ],
    ...[
      [old, ['LD-20001']],
      ['load-001', [...HERE, 'LD-20002']],
    ],
  ]);
});
