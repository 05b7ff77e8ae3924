import { expect, test } from '@jest/globals';
import { createStrangersTold } from './strangers-told.ts';
import { WireFrame } from './wire-profile.ts';

const report = (requestId: number, ids: readonly number[], more = false): WireFrame =>
  new WireFrame(
    JSON.stringify([
      ...[2, 'm', 'ReportChargingProfiles'],
      { requestId, chargingProfile: ids.map((id) => ({ id, stackLevel: 0 })), ...(more ? { tbc: true } : {}) },
    ]),
  );

test("a stranger's profile stands told until a whole report comes without it", () => {
  const told = createStrangersTold((id) => id === 99);
  const after = (...frames: readonly WireFrame[]): boolean => {
    for (const frame of frames) told.sent('ST-1', frame);
    return told.isTold('ST-1');
  };
  expect(after(report(1, [11, 12]))).toBe(false);
  expect(after(report(2, [99], true), report(2, [11]))).toBe(true);
  expect(after(report(3, [11], true))).toBe(true);
  expect(told.isTold('ST-2')).toBe(false);
  expect(after(report(3, [12]))).toBe(false);
  expect(after(new WireFrame('[2,"m","NotifyChargingLimit",{"id":99,"stackLevel":0}]'))).toBe(false);
});
