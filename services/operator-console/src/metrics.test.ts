import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { shownMetric } from '@headroom/testing';
import { type Rig, startRig } from './testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await startRig();
});
afterEach(() => rig.stop());

test('requests are counted by the pattern of their route and by status; what nobody asked for has no label of its own', async () => {
  await rig.ask('/api/v1/sites');
  await rig.ask('/api/v1/sites/one');
  await rig.ask('/api/v1/sites/another');
  await rig.ask('/no/such/page');
  const requests = shownMetric(rig.metrics, 'headroom_http_requests_total');
  expect(requests).toMatchObject({ '/api/v1/sites 200': 1, '/api/v1/sites/:siteId 404': 2 });
  expect(Object.keys(requests).join(' ')).not.toMatch(/another|such/);
  expect(shownMetric(rig.metrics, 'headroom_http_seconds')).toMatchObject({ '/api/v1/sites/:siteId': 2 });
});
