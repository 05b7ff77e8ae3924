import type { FieldReader } from './fields.ts';
import { optional } from './optional.ts';
import {
  type FreqWattPoint,
  OPERATION_MODES,
  type OperationMode,
  type Period,
  type ProfileVersion,
  type Rate,
  type RateUnit,
  type Schedule,
  type ScheduleStart,
} from './profile.ts';
import { laterFields } from './words.ts';

export function readSchedule(version: ProfileVersion, from: FieldReader): Schedule | undefined {
  for (const key of laterFields(version, 'schedule')) if (from.has(key)) from.complain('field-of-a-later-version', key);
  const unit = from.required('chargingRateUnit', from.text('chargingRateUnit'));
  const periods = from.required('chargingSchedulePeriod', from.list('chargingSchedulePeriod')) ?? [];
  if (unit !== 'A' && unit !== 'W')
    return unit === undefined ? undefined : from.complain('unknown-unit', 'chargingRateUnit');
  const useLocalTime = from.flag('useLocalTime');
  return {
    unit,
    periods: periods.flatMap((period) => readPeriod(version, unit, period) ?? []),
    ...optional('id', from.whole('id')),
    ...optional('start', readStart(from, useLocalTime === true)),
    ...optional('durationS', from.whole('duration')),
    ...optional('minChargingRate', from.demand('minChargingRate', unit)),
    ...optional('limitAtSoc', readLimitAtSoc(from.object('limitAtSoC'), unit)),
    ...optional('randomizedDelayS', from.whole('randomizedDelay')),
    ...optional('useLocalTime', useLocalTime),
  };
}

function readStart(from: FieldReader, isLocal: boolean): ScheduleStart | undefined {
  if (isLocal) {
    const wallMs = from.wallClock('startSchedule');
    return wallMs === undefined ? undefined : { kind: 'local', wallMs };
  }
  const atMs = from.instant('startSchedule');
  return atMs === undefined ? undefined : { kind: 'instant', atMs };
}

function readLimitAtSoc(from: FieldReader | undefined, unit: RateUnit): Schedule['limitAtSoc'] {
  if (from === undefined) return undefined;
  const socPercent = from.required('soc', from.number('soc'));
  const limit = from.required('limit', from.amount('limit', unit));
  return socPercent === undefined || limit === undefined ? undefined : { socPercent, limit };
}

function readPeriod(version: ProfileVersion, unit: RateUnit, from: FieldReader): Period | undefined {
  for (const key of laterFields(version, 'period')) if (from.has(key)) from.complain('field-of-a-later-version', key);
  const startS = from.required('startPeriod', from.whole('startPeriod'));
  // 2.1 needs it for some modes only: `validate` knows which.
  if (version !== 'ocpp2.1') from.required('limit', from.number('limit'));
  const operationMode = readMode(from);
  if (startS === undefined) return undefined;
  return {
    startS,
    ...optional('limit', readRate(from, 'limit', unit)),
    ...optional('dischargeLimit', readRate(from, 'dischargeLimit', unit)),
    ...optional('setpoint', readRate(from, 'setpoint', unit)),
    ...optional('setpointReactive', readRate(from, 'setpointReactive', unit)),
    ...optional('numberPhases', from.whole('numberPhases')),
    ...optional('phaseToUse', from.whole('phaseToUse')),
    ...optional('operationMode', operationMode),
    ...optional('evseSleep', from.flag('evseSleep')),
    ...optional('baselineW', from.amount('v2xBaseline', 'W')),
    ...optional(
      'freqWattCurve',
      from.list('v2xFreqWattCurve')?.flatMap((point) => readPoint(point) ?? []),
    ),
  };
}

function readRate(from: FieldReader, key: string, unit: RateUnit): Rate | undefined {
  const all = from.amount(key, unit);
  const l2 = from.amount(`${key}_L2`, unit);
  const l3 = from.amount(`${key}_L3`, unit);
  if (all === undefined && l2 === undefined && l3 === undefined) return undefined;
  return { ...optional('all', all), ...optional('l2', l2), ...optional('l3', l3) };
}

function readMode(from: FieldReader): OperationMode | undefined {
  const word = from.text('operationMode');
  if (word === undefined) return undefined;
  return OPERATION_MODES.find((mode) => mode === word) ?? from.complain('unknown-operation-mode', 'operationMode');
}

function readPoint(from: FieldReader): FreqWattPoint | undefined {
  const frequency = from.required('frequency', from.number('frequency'));
  const powerW = from.required('power', from.amount('power', 'W'));
  if (frequency === undefined || powerW === undefined) return undefined;
  return { frequencyMilliHz: Math.round(frequency * 1_000), powerW };
}
