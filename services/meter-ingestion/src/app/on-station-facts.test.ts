import { expect, test } from '@jest/globals';
import { deciAmps, perPhase, siteId } from '@headroom/kernel';
import type { RecordedInput, TakenReading } from '../ports.ts';
import { withoutIdle } from './on-station-facts.ts';

const READING: TakenReading = {
  ...{ siteId: siteId('s'), meterId: 'm', current: perPhase(() => deciAmps(0)), sampledAtMs: 0, receivedAtMs: 0 },
};
const input = (offset: number, hasRows: boolean): RecordedInput => ({
  source: { topic: 't', partition: 0, offset: BigInt(offset), key: '', value: new Uint8Array(), headers: {} },
  samples: [],
  readings: hasRows ? [READING] : [],
});
const kept = (inputs: readonly RecordedInput[]) => withoutIdle(inputs).map(({ source }) => Number(source.offset));

test('what carries no rows is left out of the record, but for the last of a batch: it carries the position past the others', () => {
  expect(kept([input(1, false), input(2, true), input(3, false), input(4, false)])).toEqual([2, 4]);
  expect(kept([input(1, false), input(2, true)])).toEqual([2]);
  expect(kept([input(7, false), input(8, false)])).toEqual([8]);
  expect(kept([])).toEqual([]);
});
