import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { gatewayV1, stationV1 } from '@headroom/contracts';
import { type Rig, START_MS, startRig } from './testing/rig.ts';
import { booted, connect, roundTrip, type TestStation } from './testing/station.ts';

const { Verdict, ProfilePurpose } = gatewayV1;
const [OLD, NEW] = [7n, 8n];
let first: Rig;
let second: Rig;
let here: TestStation;
let there: TestStation;
beforeEach(async () => {
  first = await startRig();
  second = await startRig({}, { gatewayAddress: 'gateway-2' });
  here = await booted(first.url);
  there = await booted(second.url);
});
afterEach(async () => {
  await second.stop();
  await first.stop();
});

let seq = 0n;
/** A lease of so many amperes by the owner of this epoch; no amperes: its fence, an empty batch. */
async function send(to: Rig, dispatcherEpoch: bigint, amps?: number): Promise<gatewayV1.Verdict | 'fenced'> {
  seq += 1n;
  const command: gatewayV1.StationCommand = {
    ...{ commandId: `l1-${amps}-0-${dispatcherEpoch}-${seq}`, seq, stationId: 'ST-1' },
    ...{ connectionGeneration: BigInt(START_MS), notAfterMs: BigInt(START_MS + 5_000) },
    action: {
      $case: 'setChargingProfile',
      value: {
        ...{ evse: 1, profileId: 1, stackLevel: 1, purpose: ProfilePurpose.TX, transactionId: '42' },
        ...{ startScheduleMs: BigInt(START_MS), durationS: 120 },
        periods: [{ startS: 0, limitDeciA: 10 * (amps ?? 0), numberPhases: 0 }],
      },
    },
  };
  const request = { shard: 0, dispatcherEpoch, commands: amps === undefined ? [] : [command], givenUp: [] };
  const { verdicts } = await to.commands.sendBatch(request, { deadlineMs: 4_000 });
  return verdicts[0]?.verdict ?? 'fenced';
}
const accept = (station: TestStation, frame: readonly unknown[]) =>
  station.send(JSON.stringify([3, frame[1], { status: 'Accepted' }]));

test('HO-9: once every gateway has confirmed the newer epoch, as its owner asks before its first increase, nothing of an older one reaches a socket anywhere', async () => {
  expect(await send(first, NEW)).toBe('fenced');
  // The other gateway has not heard of it: what leaves there is harmless, for nobody has raised anything yet.
  expect(await send(second, OLD, 10)).toBe(Verdict.WRITTEN);
  // A command of the old owner waits there behind the unanswered one when the fence comes.
  const before = await there.next();
  const waiting = send(second, OLD, 16);
  await roundTrip(there);
  expect(await send(second, NEW)).toBe('fenced');
  expect(await send(first, NEW, 20)).toBe(Verdict.WRITTEN);
  accept(there, before);
  expect(await waiting).toBe(Verdict.EPOCH);
  expect([await send(first, OLD, 6), await send(second, OLD, 6)]).toEqual([Verdict.EPOCH, Verdict.EPOCH]);
  expect(await send(second, NEW, 16)).toBe(Verdict.WRITTEN);
  // The next frame at each socket is of the newer owner.
  expect([(await here.next())[1], (await there.next())[1]]).toEqual([
    expect.stringMatching(/^l1-20-0-8-/),
    expect.stringMatching(/^l1-16-0-8-/),
  ]);
});

test('R8: a newer connection of a station ends the calls of the old one at once, though that socket does not close', async () => {
  expect(await send(first, NEW, 10)).toBe(Verdict.WRITTEN);
  const waiting = send(first, NEW, 16);
  await roundTrip(here);
  here.socket.pause();
  const fresh = await connect(first.url);
  await roundTrip(fresh);
  const nothing = Symbol('nothing');
  expect(await Promise.race([waiting, roundTrip(fresh).then(() => nothing)])).toBe(Verdict.NOT_CONNECTED);
  expect(first.log.of('commandAnswered')).toMatchObject([
    { status: stationV1.CommandStatus.UNANSWERED, detail: 'the connection ended first' },
  ]);
  // Who stops the gateway would wait half a minute for it.
  here.socket.terminate();
});
