import { expect, test } from '@jest/globals';
import { epochMs, ZERO_PHASES } from '@headroom/kernel';
import type { CircuitModel, MeterReading } from '@headroom/site-model';
import { DEPOT, siteOf, T0 } from '../../domain/given.fixture.ts';
import { EMPTY_SITE_STATE } from '../../domain/site-state.ts';
import { deratingStateToWire } from './derating-state.ts';

const S = 1_000;
const [grid, panelA] = DEPOT.circuits;
const steps = [
  { aboveDeciC: 300, percent: 90 },
  { aboveDeciC: 400, percent: 75 },
];
const derating = { sensorId: 'duct', staleAfterMs: 60 * S, risesAtMostDeciC: 20, steps };
const site = siteOf({
  ...DEPOT,
  circuits: grid && panelA ? [grid, { ...panelA, derating }, ...DEPOT.circuits.slice(2)] : [],
});
const circuit = (id: string): CircuitModel => {
  const found = [...site.circuits.values()].find(({ circuitId }) => circuitId === id);
  if (found === undefined) throw new Error(`no circuit ${id}`);
  return found;
};

/** Seen at T0, of a reading that is so old. */
function told(temperatureDeciC: number | undefined, ageMs = 0) {
  const sampledAtMs = epochMs(T0 - ageMs);
  const reading: MeterReading = {
    ...{ meterId: 'duct', current: ZERO_PHASES, sampledAtMs, receivedAtMs: sampledAtMs },
    ...(temperatureDeciC === undefined ? {} : { temperatureDeciC }),
  };
  const readings = new Map(temperatureDeciC === undefined ? [] : [['duct', reading]]);
  return deratingStateToWire({ state: { ...EMPTY_SITE_STATE, readings }, atMs: epochMs(T0) }, circuit('panel-a'));
}

test('LC2: people are told what counts of a temperature, and what is borne at it now and while nobody is alive', () => {
  const at = { sensorId: 'duct', sampledAtMs: BigInt(T0), silent: false };
  expect(told(250)).toEqual({ ...at, countedDeciC: 250, nowPercent: 100, deadPercent: 100 });
  expect(told(381)).toEqual({ ...at, countedDeciC: 381, nowPercent: 90, deadPercent: 75 });
});

test('LC2: of a silent sensor people are told when it last spoke, and that the last step counts', () => {
  const last = { countedDeciC: 250, nowPercent: 75, deadPercent: 75 };
  expect(told(250, 60 * S)).toMatchObject({ silent: false, nowPercent: 100 });
  expect(told(250, 61 * S)).toMatchObject({ ...last, silent: true, sampledAtMs: BigInt(T0 - 61 * S) });
  const never = told(undefined);
  expect(never).toMatchObject({ silent: true, nowPercent: 75, deadPercent: 75 });
  expect([never?.countedDeciC, never?.sampledAtMs]).toEqual([undefined, undefined]);
});

test('LC2: of a circuit that follows no temperature nothing of the kind is told', () => {
  expect(deratingStateToWire({ state: EMPTY_SITE_STATE, atMs: epochMs(T0) }, circuit('grid'))).toBeUndefined();
});
