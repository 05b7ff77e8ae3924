import { NOMINAL_VOLTAGE_V } from '../documents.ts';

/** A charging profile as it stands in the bytes of either version of OCPP. */
export interface WireProfile {
  readonly evse: number;
  readonly profileId: number;
  /** Of a TxProfile; else empty. */
  readonly transactionId: string;
  readonly purpose: string;
  /** A per phase, of its periods. */
  readonly limitsA: readonly number[];
  readonly isInWatts: boolean;
  /** The same where all watts flow through one phase at 230 V; of a profile in amperes, no others. */
  readonly onOnePhaseA: readonly number[];
  readonly start: string;
  /** Undefined: without end, or until `validTo`. */
  readonly durationS: number | undefined;
  /** By the station's clock. Undefined: it names no such end. */
  readonly validToMs: number | undefined;
  /** The limit alone; all else was told before. */
  readonly isUpdate: boolean;
  readonly messageId: string;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
/** A number in OCPP 1.6. */
const nameOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
const first = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

/** The profile in a frame; undefined where the frame sets none. */
function profileIn(text: string): WireProfile | undefined {
  if (!text.includes('"SetChargingProfile"')) return undefined;
  const frame: unknown = JSON.parse(text);
  if (!Array.isArray(frame) || frame[2] !== 'SetChargingProfile') return undefined;
  const payload: unknown = frame[3];
  if (!isObject(payload)) return undefined;
  const profile = payload['csChargingProfiles'] ?? payload['chargingProfile'];
  if (!isObject(profile)) return undefined;
  const schedule = first(profile['chargingSchedule']);
  const periods: unknown = isObject(schedule) ? schedule['chargingSchedulePeriod'] : undefined;
  const isInWatts = isObject(schedule) && schedule['chargingRateUnit'] === 'W';
  const limits = Array.isArray(periods) ? periods.map((period: unknown) => ampsOf(period, isInWatts)) : [];
  const onOnePhaseA =
    isInWatts && Array.isArray(periods)
      ? periods.map((period: unknown) => wattsOf(period) / NOMINAL_VOLTAGE_V)
      : limits;
  const { durationS, start } = spanOf(schedule);
  return {
    evse: Number(payload['connectorId'] ?? payload['evseId']),
    transactionId: nameOf(profile['transactionId']),
    profileId: Number(profile['chargingProfileId'] ?? profile['id']),
    purpose: String(profile['chargingProfilePurpose']),
    limitsA: limits,
    isInWatts,
    onOnePhaseA,
    start,
    durationS,
    validToMs: typeof profile['validTo'] === 'string' ? Date.parse(profile['validTo']) : undefined,
    isUpdate: false,
    messageId: String(frame[1]),
  };
}

/** 2.1: the limit of a profile that was told before, in its unit. Undefined: the frame changes none. */
function updatedIn(text: string, told: ReadonlyMap<number, WireProfile>): WireProfile | undefined {
  if (!text.includes('"UpdateDynamicSchedule"')) return undefined;
  const frame: unknown = JSON.parse(text);
  if (!Array.isArray(frame) || frame[2] !== 'UpdateDynamicSchedule' || !isObject(frame[3])) return undefined;
  const { chargingProfileId, scheduleUpdate } = frame[3];
  const before = told.get(Number(chargingProfileId));
  if (before === undefined || !isObject(scheduleUpdate)) return undefined;
  const limit = Number(scheduleUpdate['limit']);
  const [wasA = NaN, onOneWasA = NaN] = [before.limitsA[0], before.onOnePhaseA[0]];
  // The phases over which its watts are spread stay as they are.
  const onOnePhaseA = before.isInWatts ? limit / NOMINAL_VOLTAGE_V : limit;
  const limitA = before.isInWatts && onOneWasA > 0 ? (onOnePhaseA * wasA) / onOneWasA : onOnePhaseA;
  const of = { isUpdate: true, messageId: String(frame[1]) };
  return { ...before, limitsA: [limitA], onOnePhaseA: [onOnePhaseA], ...of };
}

/** Watts are spread over the phases that the period names, or three (1.6 7.14). */
function ampsOf(period: unknown, isInWatts: boolean): number {
  if (!isObject(period)) return NaN;
  const limit = Number(period['limit']);
  return isInWatts ? limit / (NOMINAL_VOLTAGE_V * Number(period['numberPhases'] ?? 3)) : limit;
}

const wattsOf = (period: unknown): number => (isObject(period) ? Number(period['limit']) : NaN);

function spanOf(schedule: unknown): Pick<WireProfile, 'start' | 'durationS'> {
  const { startSchedule, duration } = isObject(schedule) ? schedule : {};
  return {
    start: typeof startSchedule === 'string' ? startSchedule : '',
    durationS: typeof duration === 'number' ? duration : undefined,
  };
}

export interface FrameHead {
  readonly kind: string;
  readonly messageId: string;
  readonly action: string;
}

/** Kind and message id of a frame, without reading the rest of it. */
function headOf(text: string): FrameHead {
  const [, kind = '', messageId = '', , action = ''] = /^\[\s*(\d)\s*,\s*"([^"]*)"(\s*,\s*"([^"]*)")?/.exec(text) ?? [];
  return { kind, messageId, action };
}

/** A frame as it stood on a wire. Several checkers look at it: whatever is asked of it is read once. */
export class WireFrame {
  readonly text: string;
  /** Profiles that were told on this connection before, by their ids. */
  readonly #told: Map<number, WireProfile>;
  #head: FrameHead | undefined;
  #profile: { readonly read: WireProfile | undefined } | undefined;

  constructor(text: string, told: Map<number, WireProfile> = new Map()) {
    this.text = text;
    this.#told = told;
  }

  head(): FrameHead {
    this.#head ??= headOf(this.text);
    return this.#head;
  }
  /** The profile that it sets, or whose limit it changes; undefined where it does neither. */
  profile(): WireProfile | undefined {
    this.#profile ??= { read: this.#read() };
    return this.#profile.read;
  }

  #read(): WireProfile | undefined {
    const read = profileIn(this.text) ?? updatedIn(this.text, this.#told);
    if (read !== undefined) this.#told.set(read.profileId, read);
    return read;
  }
}
