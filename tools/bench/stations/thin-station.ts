import { openThinSocket, type ThinSocket } from './thin-socket.ts';

/** A SetChargingProfile as it came over the socket. */
export interface HeardCommand {
  readonly stationId: string;
  /** Message id on the wire: the dispatcher's name of the command. */
  readonly commandId: string;
  /** Epoch ms with its fraction, when its bytes were read. */
  readonly atMs: number;
}

export interface ThinStationOptions {
  readonly ocppUrl: string;
  readonly stationId: string;
  readonly password: string;
  readonly onCommand: (command: HeardCommand) => void;
  readonly onClosed: (stationId: string, why: string) => void;
}

/** A station of OCPP 1.6 with one EVSE that charges as it is told. One CALL of its own in flight at a time. */
export interface ThinStation {
  /** Boots, plugs a car in and starts a transaction. */
  charge(card: string): Promise<void>;
  boot(): Promise<void>;
  /**
   * Meter values are due: five samples of the transaction. Sent at once, or once what was due before has been answered.
   * `onAnswered` gets `dueMs` back.
   */
  meter(dueMs: number, onAnswered: (dueMs: number) => void): void;
  /** Gives up what is due and not sent yet. */
  forget(): void;
  close(): void;
}

interface Call {
  readonly frame: (id: number) => string;
  readonly onAnswer: (text: string) => void;
}

const MAX_A = 32;
const VOLT = 230;
const DECI = 10;
/** Wh between two messages: each of them is new. */
const STEP_WH = 1;
const RESULT = '[3,';
const nowText = (): string => new Date().toISOString();
const epochNow = (): number => performance.timeOrigin + performance.now();

export async function openThinStation(options: ThinStationOptions): Promise<ThinStation> {
  const { stationId } = options;
  const waiting: Call[] = [];
  let inFlight: Call | undefined;
  let calls = 0;
  let energyWh = 1_000;
  let transactionId = 0;
  let fallbackA = 6;
  let limitA: number | undefined;

  const next = (): void => {
    inFlight = waiting.shift();
    if (inFlight === undefined) return;
    calls += 1;
    socket.send(inFlight.frame(calls));
  };
  const call = (one: Call): void => {
    waiting.push(one);
    if (inFlight === undefined) next();
  };
  const ask = (action: string, payload: object): Promise<Record<string, unknown>> =>
    new Promise((resolve, reject) => {
      call({
        frame: (id) => JSON.stringify([2, `${id}`, action, payload]),
        onAnswer: (text) => {
          const [kind, , result] = JSON.parse(text) as [number, string, Record<string, unknown>];
          if (kind === 3) resolve(result);
          else reject(new Error(`${stationId} ${action}: ${text}`));
        },
      });
    });
  const obey = (text: string): void => {
    const [, id, action, payload] = JSON.parse(text) as [number, string, string, Record<string, unknown>];
    if (action === 'SetChargingProfile') {
      options.onCommand({ stationId, commandId: id, atMs: epochNow() });
      const { purpose, limit } = limitIn(payload);
      if (purpose === 'TxProfile') limitA = limit;
      else fallbackA = limit;
    }
    const known = action === 'SetChargingProfile' || action === 'ChangeConfiguration';
    socket.send(JSON.stringify(known ? [3, id, { status: 'Accepted' }] : [4, id, 'NotImplemented', '', {}]));
  };
  const onText = (text: string): void => {
    if (text.startsWith('[2,')) return obey(text);
    const answered = inFlight;
    next();
    answered?.onAnswer(text);
  };
  const socket: ThinSocket = await openThinSocket(
    { url: `${options.ocppUrl}/${stationId}`, user: stationId, password: options.password, protocol: 'ocpp1.6' },
    { onText, onClosed: (why) => options.onClosed(stationId, why) },
  );
  const meterFrame = (id: number): string => {
    energyWh += STEP_WH;
    return meterText({ id, transactionId, energyWh, amps: Math.min(MAX_A, limitA ?? fallbackA) });
  };
  const boot = async (): Promise<void> => {
    await ask('BootNotification', { chargePointVendor: 'Headroom', chargePointModel: 'Virtual thin' });
  };
  return {
    boot,
    async charge(card) {
      await boot();
      const status = { connectorId: 1, errorCode: 'NoError', status: 'Preparing', timestamp: nowText() };
      await ask('StatusNotification', status);
      const start = { connectorId: 1, idTag: card, meterStart: energyWh, timestamp: nowText() };
      transactionId = Number((await ask('StartTransaction', start))['transactionId']);
      await ask('StatusNotification', { ...status, status: 'Charging', timestamp: nowText() });
    },
    meter(dueMs, onAnswered) {
      call({
        frame: meterFrame,
        onAnswer: (text) => {
          if (!text.startsWith(RESULT)) throw new Error(`${stationId}: ${text}`);
          onAnswered(dueMs);
        },
      });
    },
    forget: () => void waiting.splice(0),
    close: () => socket.close(),
  };
}

interface Metered {
  readonly id: number;
  readonly transactionId: number;
  readonly energyWh: number;
  readonly amps: number;
}

const sample = (value: string, measurand: string, unit: string, phase = ''): string =>
  `{"value":"${value}","context":"Sample.Periodic","measurand":"${measurand}",${phase}"unit":"${unit}"}`;

/** MeterValues with one meter value of five sampled values, as stations send it while they charge. */
function meterText({ id, transactionId, energyWh, amps }: Metered): string {
  const text = (Math.round(amps * DECI) / DECI).toFixed(1);
  const phases = [1, 2, 3].map((n) => sample(text, 'Current.Import', 'A', `"phase":"L${n}",`));
  const power = sample((amps * VOLT * 3).toFixed(0), 'Power.Active.Import', 'W');
  const energy = sample(String(energyWh), 'Energy.Active.Import.Register', 'Wh');
  const values = `[${phases.join(',')},${power},${energy}]`;
  const value = `{"timestamp":"${nowText()}","sampledValue":${values}}`;
  return `[2,"${id}","MeterValues",{"connectorId":1,"transactionId":${transactionId},"meterValue":[${value}]}]`;
}

function limitIn(payload: Record<string, unknown>): { readonly purpose: string; readonly limit: number } {
  const profile = payload['csChargingProfiles'] as {
    readonly chargingProfilePurpose: string;
    readonly chargingSchedule: { readonly chargingSchedulePeriod: readonly { readonly limit: number }[] };
  };
  const [first] = profile.chargingSchedule.chargingSchedulePeriod;
  return { purpose: profile.chargingProfilePurpose, limit: first?.limit ?? 0 };
}
