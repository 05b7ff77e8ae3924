import { expect, test } from '@jest/globals';
import { stationV1 } from '@headroom/contracts';
import { rawFrameOf } from './raw-frame.ts';

const FACT: stationV1.StationFact = {
  stationId: 'ST-001',
  siteId: 'depot',
  connectionGeneration: 300n,
  receivedAtMs: -1n,
  rawFrame: Buffer.from(`[2,"m-1","Heartbeat",{"much":"${'ä'.repeat(200)}"}]`),
  fact: { $case: 'disconnected', value: { closeCode: 1006, reason: 'gone' } },
};
const encoded = (change: Partial<stationV1.StationFact> = {}): Uint8Array =>
  stationV1.StationFact.encode({ ...FACT, ...change }).finish();

test('station and frame are read from the bytes of a fact as the whole of it says them', () => {
  const { stationId, rawFrame } = stationV1.StationFact.decode(encoded());
  expect(rawFrameOf(encoded())).toEqual({ stationId, rawFrame: Buffer.from(rawFrame).toString('utf8') });
});

test('a fact without a frame has none, whatever else it says', () => {
  expect(rawFrameOf(encoded({ rawFrame: new Uint8Array() }))).toEqual({ stationId: 'ST-001', rawFrame: '' });
  expect(rawFrameOf(new Uint8Array())).toEqual({ stationId: '', rawFrame: '' });
});
