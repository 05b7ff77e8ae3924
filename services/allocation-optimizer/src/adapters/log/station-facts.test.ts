import { expect, test } from '@jest/globals';
import { HEADERS } from '@headroom/contracts';
import { stationFactOf } from './station-facts.ts';

const BROKEN = new Uint8Array([0xff]);

test('a fact of a station that tells an allocator nothing is not even decoded', () => {
  for (const eventType of [
    'transactionEnded',
    'meterValuesReported',
    'commandAnswered',
    'frameRefused',
    'chargingProfilesReported',
  ]) {
    expect(stationFactOf(BROKEN, { [HEADERS.eventType]: eventType })).toEqual({ kind: 'ok', value: undefined });
  }
});

test('any other fact that does not decode is refused, also one of a type we do not know or of none', () => {
  for (const headers of [{ [HEADERS.eventType]: 'statusReported' }, { [HEADERS.eventType]: 'newer' }, {}]) {
    expect(stationFactOf(BROKEN, headers).kind).toBe('err');
  }
});
