import { expect, test } from '@jest/globals';
import { createClearedChecker } from './cleared.ts';
import { WireFrame } from './wire-profile.ts';

test('H88 decided: a limit is overwritten, and nothing is ever cleared', () => {
  const details: string[] = [];
  const checker = createClearedChecker(({ checker: name, detail }) => void details.push(`${name} ${detail}`));
  checker.received(0, 'ST', new WireFrame('[2,"1","SetChargingProfile",{}]'));
  checker.received(0, 'ST', new WireFrame('[3,"1",{"status":"ClearChargingProfile"}]'));
  expect(details).toEqual([]);
  checker.received(0, 'ST', new WireFrame('[2,"2","ClearChargingProfile",{"id":12}]'));
  expect(details).toEqual(['decided ST was told to clear its limits']);
});
