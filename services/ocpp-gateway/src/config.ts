import { err, ok, type Result } from '@headroom/kernel';

export interface OcppGatewayConfig {
  /** Own port for stations. Absent: attached to somebody else's server (`handleUpgrade`). */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Where SendBatch is served, as the rpc library names an address; what `StationConnected` tells the dispatcher. */
  readonly gatewayAddress: string;
  /** Key of the hash that stands for an id token, at least 16 characters. Every service must have the same. */
  readonly idTokenKey: string;
  /** Key of the transaction ids of 1.6, at least 16 characters. Every gateway must have the same, for ever. */
  readonly transactionIdKey: string;
  /**
   * Bytes of one frame, default 65,536. Too small: long StopTransactions are refused (H19); too large: one station can
   * take that much memory and parsing time each frame (A15).
   */
  readonly maxFrameBytes: number;
  /** How long a station has to answer a CALL, ms, default 30,000. Too small: slow modems; too large: commands queue. */
  readonly callTimeoutMs: number;
  /** Ping period, ms, default 25,000. Two periods without a sign of life end a connection (H46). Too small: traffic costs. */
  readonly pingIntervalMs: number;
  /** Heartbeat interval told to stations, s, default 300. */
  readonly heartbeatIntervalS: number;
  /** Period of meter values in a transaction, s, default 10. Too large: control works on old draws (H43). */
  readonly meterSampleIntervalS: number;
  /**
   * Over which a stopping gateway spreads the closing of its sockets, ms, default 2,000; half of the grace at most. Too small:
   * the gateway beside it is stormed; too large: a release takes long.
   */
  readonly drainWindowMs: number;
  /** A sentence where a station is not admitted at all (the speed-scaled embedded run). */
  readonly admit?: (stationId: string) => string | undefined;
}

export interface RawOcppGatewayConfig {
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly gatewayAddress: string | undefined;
  readonly idTokenKey: string | undefined;
  readonly transactionIdKey: string | undefined;
  readonly maxFrameBytes: string | undefined;
  readonly callTimeoutMs: string | undefined;
  readonly pingIntervalMs: string | undefined;
  readonly heartbeatIntervalS: string | undefined;
  readonly meterSampleIntervalS: string | undefined;
  readonly drainWindowMs: string | undefined;
}

export const DEFAULT_OCPP_GATEWAY_CONFIG = Object.freeze({
  maxFrameBytes: 65_536,
  callTimeoutMs: 30_000,
  pingIntervalMs: 25_000,
  heartbeatIntervalS: 300,
  meterSampleIntervalS: 10,
  drainWindowMs: 2_000,
}) satisfies Partial<OcppGatewayConfig>;

const NAMES: Readonly<Record<keyof RawOcppGatewayConfig, string>> = {
  host: 'HEADROOM_OCPP_HOST',
  port: 'HEADROOM_OCPP_PORT',
  gatewayAddress: 'HEADROOM_OCPP_GATEWAY_ADDRESS',
  idTokenKey: 'HEADROOM_ID_TOKEN_KEY',
  transactionIdKey: 'HEADROOM_TRANSACTION_ID_KEY',
  maxFrameBytes: 'HEADROOM_OCPP_MAX_FRAME_BYTES',
  callTimeoutMs: 'HEADROOM_OCPP_CALL_TIMEOUT_MS',
  pingIntervalMs: 'HEADROOM_OCPP_PING_INTERVAL_MS',
  heartbeatIntervalS: 'HEADROOM_OCPP_HEARTBEAT_INTERVAL_S',
  meterSampleIntervalS: 'HEADROOM_OCPP_METER_SAMPLE_INTERVAL_S',
  drainWindowMs: 'HEADROOM_OCPP_DRAIN_WINDOW_MS',
};

export const readEnv = (env: Readonly<Record<string, string | undefined>>): RawOcppGatewayConfig => ({
  host: env[NAMES.host],
  port: env[NAMES.port],
  gatewayAddress: env[NAMES.gatewayAddress],
  idTokenKey: env[NAMES.idTokenKey],
  transactionIdKey: env[NAMES.transactionIdKey],
  maxFrameBytes: env[NAMES.maxFrameBytes],
  callTimeoutMs: env[NAMES.callTimeoutMs],
  pingIntervalMs: env[NAMES.pingIntervalMs],
  heartbeatIntervalS: env[NAMES.heartbeatIntervalS],
  meterSampleIntervalS: env[NAMES.meterSampleIntervalS],
  drainWindowMs: env[NAMES.drainWindowMs],
});

const MIN_KEY_CHARS = 16;

/** The configuration, or one sentence for each thing that is wrong. */
export function toConfig(raw: RawOcppGatewayConfig): Result<OcppGatewayConfig, readonly string[]> {
  const problems: string[] = [];
  const whole = (name: keyof RawOcppGatewayConfig, fallback: number, min: number, max: number): number => {
    const text = raw[name];
    const value = text === undefined ? fallback : Number(text);
    if (!Number.isInteger(value) || value < min || value > max) {
      problems.push(`${NAMES[name]} is "${text}"; it must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };
  const key = (name: 'idTokenKey' | 'transactionIdKey'): string => {
    const text = raw[name] ?? '';
    if (text.length < MIN_KEY_CHARS) problems.push(`${NAMES[name]} must be at least ${MIN_KEY_CHARS} characters.`);
    return text;
  };
  const defaults = DEFAULT_OCPP_GATEWAY_CONFIG;
  const config: OcppGatewayConfig = {
    listen: { host: raw.host ?? '127.0.0.1', port: whole('port', 9220, 0, 65_535) },
    gatewayAddress: raw.gatewayAddress ?? '',
    idTokenKey: key('idTokenKey'),
    transactionIdKey: key('transactionIdKey'),
    maxFrameBytes: whole('maxFrameBytes', defaults.maxFrameBytes, 4096, 262_144),
    callTimeoutMs: whole('callTimeoutMs', defaults.callTimeoutMs, 1000, 120_000),
    pingIntervalMs: whole('pingIntervalMs', defaults.pingIntervalMs, 1000, 300_000),
    heartbeatIntervalS: whole('heartbeatIntervalS', defaults.heartbeatIntervalS, 10, 86_400),
    meterSampleIntervalS: whole('meterSampleIntervalS', defaults.meterSampleIntervalS, 1, 900),
    drainWindowMs: whole('drainWindowMs', defaults.drainWindowMs, 0, 600_000),
  };
  if (config.gatewayAddress === '')
    problems.push(`${NAMES.gatewayAddress} is not set; it is where commands are served.`);
  return problems.length > 0 ? err(problems) : ok(Object.freeze(config));
}
