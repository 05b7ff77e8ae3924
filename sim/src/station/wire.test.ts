import { afterEach, describe, expect, test } from '@jest/globals';
import validators from 'ocpp-rpc/lib/standard-validators.js';
import type { Json } from '../json.ts';
import { type Bench, HUNGRY, setUp, until } from '../test-support/bench.ts';
import { CALLS, variable } from '../test-support/calls.ts';
import type { OcppVersion } from './dialect.ts';

/** The schemas of the standard, by a package that is not ours. */
const SUBPROTOCOLS: Readonly<Record<OcppVersion, string>> = {
  '1.6': 'ocpp1.6',
  '2.0.1': 'ocpp2.0.1',
  '2.1': 'ocpp2.1',
};
interface Validator {
  readonly subprotocol: string;
  validate(schemaId: string, payload: Json): unknown;
}
const isValidator = (value: unknown): value is Validator =>
  typeof value === 'object' && value !== null && 'subprotocol' in value && 'validate' in value;
/** The package's types promise a namespace where its code exports the list itself. */
const exported: unknown = validators;
const known = (Array.isArray(exported) ? exported : []).filter(isValidator);

function check(version: OcppVersion, name: string, payload: Json): string {
  const validator = known.find((one) => one.subprotocol === SUBPROTOCOLS[version]);
  try {
    validator?.validate(`urn:${name}`, payload);
    return validator === undefined ? 'no validator' : 'valid';
  } catch (error) {
    return `${name}: ${String(error)} ${JSON.stringify(payload)}`;
  }
}

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.end();
  bench = undefined;
});
async function start(version: OcppVersion): Promise<Bench> {
  bench = await setUp(version);
  bench.station.start();
  await bench.online();
  return bench;
}

describe.each(['1.6', '2.0.1'] as const)('the wire of OCPP %s', (version) => {
  test('every request a station makes in a full life is valid by the schemas of the standard', async () => {
    const b = await start(version);
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    await b.run(25);
    await b.station.tap(1, 'CARD-1');
    b.station.unplug(1);
    await b.run(301);
    await until('a heartbeat', () => b.central.of('Heartbeat').length > 0);
    const names = new Set(b.central.received.map((one) => one.action));
    expect([...names].toSorted()).toEqual(
      version === '1.6'
        ? [
            'Authorize',
            'BootNotification',
            'Heartbeat',
            'MeterValues',
            'StartTransaction',
            'StatusNotification',
            'StopTransaction',
          ]
        : ['Authorize', 'BootNotification', 'Heartbeat', 'StatusNotification', 'TransactionEvent'],
    );
    const verdicts = new Set(b.central.received.map((one) => check(version, `${one.action}.req`, one.payload)));
    expect([...verdicts]).toEqual(['valid']);
    if (version === '2.0.1') {
      const numbers = b.central.of('TransactionEvent').map((one) => one.payload['seqNo']);
      expect(numbers).toEqual(numbers.map((_, i) => i));
    }
  });

  test.each(
    CALLS[version].map(([action, request, answer], i) => [`${i + 1} ${action}`, action, request, answer] as const),
  )('answers %s validly and to the point', async (_title, action, request, answer) => {
    const b = await start(version);
    expect(check(version, `${action}.req`, request)).toBe('valid');
    // What an earlier row of the table set up is set up again: each row stands alone.
    for (const [before, payload] of CALLS[version]) {
      if (payload === request) break;
      await b.central.call(before, payload);
    }
    const [kind, , payload] = await b.central.call(action, request);
    expect(kind).toBe(3);
    expect(payload).toMatchObject(answer as Record<string, unknown>);
    expect(check(version, `${action}.conf`, payload as Json)).toBe('valid');
  });

  test('a remote start begins on the plugged car after the answer, and a remote stop ends it', async () => {
    const b = await start(version);
    b.station.plug(1, HUNGRY);
    const old = version === '1.6';
    const [, , first] = await b.central.call(
      old ? 'RemoteStartTransaction' : 'RequestStartTransaction',
      old
        ? { connectorId: 1, idTag: 'CARD-9' }
        : { evseId: 1, remoteStartId: 5, idToken: { idToken: 'CARD-9', type: 'Central' } },
    );
    expect(first).toEqual({ status: 'Accepted' });
    await b.run(3);
    const transaction = b.station.bay(1)?.transaction;
    expect(transaction).toMatchObject({ idToken: 'CARD-9' });
    const [, , second] = await b.central.call(
      old ? 'RemoteStopTransaction' : 'RequestStopTransaction',
      old ? { transactionId: Number(transaction?.id) } : { transactionId: transaction?.id },
    );
    expect(second).toEqual({ status: 'Accepted' });
    await b.run(1);
    expect(b.station.bay(1)).toMatchObject({ status: 'finishing', currentA: 0 });
    const last = b.central.received.findLast((one) => one.action !== 'StatusNotification')?.payload;
    expect(JSON.stringify(last)).toContain('Remote');
  });

  test('samples at the interval it was given', async () => {
    const b = await start(version);
    await (version === '1.6'
      ? b.central.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '3' })
      : b.central.call('SetVariables', {
          setVariableData: [variable('SampledDataCtrlr', 'TxUpdatedInterval', { attributeValue: '3' })],
        }));
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    await b.run(20);
    const action = version === '1.6' ? 'MeterValues' : 'TransactionEvent';
    const before = b.central.of(action).length;
    await b.run(30);
    expect(b.central.of(action).length - before).toBe(10);
  });

  test('the books agree with the wire: what was acknowledged is what arrived, and the register is what flowed', async () => {
    const b = await start(version);
    b.station.plug(1, HUNGRY);
    await b.station.tap(1, 'CARD-1');
    await b.run(120);
    b.station.unplug(1);
    await b.run(1);
    const { messages, currents } = b.station.ledger();
    const actions = new Set(messages.map((message) => message.action));
    const arrived = b.central.received.filter((one) => actions.has(one.action));
    expect(messages.map((message) => [message.messageId, message.payload])).toEqual(
      arrived.map((one) => [one.messageId, one.payload]),
    );
    expect(messages.every((message) => message.acknowledgedAtMs !== undefined)).toBe(true);
    const flowedWh = currents.reduce((sum, c) => sum + ((c.l1A + c.l2A + c.l3A) * 230) / 3_600, 0);
    expect(JSON.stringify(messages.at(-1)?.payload)).toContain('Transaction.End');
    // 32 A x 3 x 230 V for two minutes less lag and ramp; sums of one-second samples are near, the integral itself is tested in ev.test.ts.
    expect(flowedWh).toBeGreaterThan(700);
    expect(
      Math.abs(
        registerGrowth(
          version,
          messages.map((m) => m.payload as Json),
        ) - flowedWh,
      ),
    ).toBeLessThan(10);
  });
});

function registerGrowth(version: OcppVersion, payloads: readonly Json[]): number {
  if (version === '1.6') return Number(payloads.at(-1)?.['meterStop']) - Number(payloads[0]?.['meterStart']);
  const registers = payloads.map((payload) =>
    Number(/"value":(\d+)/.exec(JSON.stringify(payload).split('Energy.Active.Import.Register')[1] ?? '')?.[1]),
  );
  return (registers.at(-1) ?? 0) - (registers[0] ?? 0);
}
