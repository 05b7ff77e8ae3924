import { err, ok, type Result } from '@headroom/kernel';
import { NO_TARIFFS, readTariffs, type Tariffs } from './config-tariffs.ts';

/** Environment as it came. */
export interface RawConsoleConfig {
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly publicOcppUrl: string | undefined;
  readonly bearerToken: string | undefined;
  readonly idTokenKey: string | undefined;
  readonly sampleIntervalMs: string | undefined;
  readonly webRoot: string | undefined;
  readonly tariffs: string | undefined;
  readonly demoUrl: string | undefined;
  readonly demoToken: string | undefined;
}

/** Where a demo run takes orders for its utility. */
export interface DemoDesk {
  /** On loopback. */
  readonly url: string;
  /** Never in a page; at least 16 characters. */
  readonly token: string;
}

export interface ConsoleConfig {
  /** Address to listen on. Default 127.0.0.1. Any other than loopback needs `bearerToken`. */
  readonly host: string;
  /** Default 8080; 0 picks a free one. */
  readonly port: number;
  /** What stations are told to connect to, `{stationId}` in it. Default: `/ocpp/{stationId}` on the console's own port. */
  readonly publicOcppUrl?: string;
  /** Asked of every API request when the bind address is not loopback; at least 16 characters. */
  readonly bearerToken?: string;
  /** Key of the HMAC over id tokens, the same as the gateway's; at least 16 characters. Another key: no token is recognised. */
  readonly idTokenKey: string;
  /**
   * How often stations sample, milliseconds, default 10,000. Too small: values turn grey between two samples; too
   * large: a silent meter is noticed late.
   */
  readonly sampleIntervalMs: number;
  /** Folder of the built page. Default: `web/dist` beside this package. */
  readonly webRoot?: string;
  /** What energy costs, shown beside the power. Default: no price is shown. */
  readonly tariffs?: Tariffs;
  /** Only of a demo run: the page has a button that makes grid events. Absent, as in production: there is neither button nor route. */
  readonly demo?: DemoDesk;
}

const DEFAULT_PORT = 8080;
const MIN_SECRET_LENGTH = 16;
const DEFAULT_SAMPLE_INTERVAL_MS = 10_000;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

export const isLoopback = (host: string): boolean => LOOPBACK.has(host);

export const readEnv = (env: Readonly<Record<string, string | undefined>>): RawConsoleConfig => ({
  host: env['HEADROOM_CONSOLE_HOST'],
  port: env['HEADROOM_CONSOLE_PORT'],
  publicOcppUrl: env['HEADROOM_PUBLIC_OCPP_URL'],
  bearerToken: env['HEADROOM_CONSOLE_BEARER_TOKEN'],
  idTokenKey: env['HEADROOM_ID_TOKEN_KEY'],
  sampleIntervalMs: env['HEADROOM_SAMPLE_INTERVAL_MS'],
  webRoot: env['HEADROOM_CONSOLE_WEB_ROOT'],
  tariffs: env['HEADROOM_CONSOLE_TARIFFS'],
  demoUrl: env['HEADROOM_CONSOLE_DEMO_URL'],
  demoToken: env['HEADROOM_CONSOLE_DEMO_TOKEN'],
});

/** The configuration, or one sentence for each thing that is wrong. */
export function toConfig(raw: RawConsoleConfig): Result<ConsoleConfig, readonly string[]> {
  const tariffs = readTariffs(raw.tariffs);
  const config: ConsoleConfig = {
    host: raw.host ?? '127.0.0.1',
    port: Number(raw.port ?? DEFAULT_PORT),
    ...(raw.publicOcppUrl === undefined ? {} : { publicOcppUrl: raw.publicOcppUrl }),
    ...(raw.bearerToken === undefined ? {} : { bearerToken: raw.bearerToken }),
    idTokenKey: raw.idTokenKey ?? '',
    sampleIntervalMs: Number(raw.sampleIntervalMs ?? DEFAULT_SAMPLE_INTERVAL_MS),
    ...(raw.webRoot === undefined ? {} : { webRoot: raw.webRoot }),
    tariffs: tariffs.kind === 'ok' ? tariffs.value : NO_TARIFFS,
    ...(raw.demoUrl === undefined && raw.demoToken === undefined
      ? {}
      : { demo: { url: raw.demoUrl ?? '', token: raw.demoToken ?? '' } }),
  };
  const faults = [
    ...faultsOf(config),
    ...(tariffs.kind === 'ok' ? [] : tariffs.error.map((each) => `${each} (HEADROOM_CONSOLE_TARIFFS)`)),
  ];
  return faults.length > 0 ? err(faults) : ok(Object.freeze(config));
}

/** What is wrong with a configuration, a sentence each; secrets are never in them. */
export function faultsOf(config: ConsoleConfig): readonly string[] {
  const faults: string[] = [];
  if (!Number.isInteger(config.port) || config.port < 0 || config.port > 65_535) {
    faults.push('The console port must be a whole number from 0 to 65535 (HEADROOM_CONSOLE_PORT).');
  }
  if (!isLoopback(config.host) && config.bearerToken === undefined) {
    faults.push(
      `The console would be open to everybody who reaches ${config.host}: set HEADROOM_CONSOLE_BEARER_TOKEN, or listen on 127.0.0.1.`,
    );
  }
  if (config.bearerToken !== undefined && config.bearerToken.length < MIN_SECRET_LENGTH) {
    faults.push(`The bearer token needs at least ${MIN_SECRET_LENGTH} characters (HEADROOM_CONSOLE_BEARER_TOKEN).`);
  }
  if (config.idTokenKey.length < MIN_SECRET_LENGTH) {
    faults.push(`The id token key needs at least ${MIN_SECRET_LENGTH} characters (HEADROOM_ID_TOKEN_KEY).`);
  }
  if (
    !Number.isInteger(config.sampleIntervalMs) ||
    config.sampleIntervalMs < 500 ||
    config.sampleIntervalMs > 600_000
  ) {
    faults.push('The sample interval must be whole milliseconds from 500 to 600000 (HEADROOM_SAMPLE_INTERVAL_MS).');
  }
  if (config.publicOcppUrl !== undefined && !/^wss?:\/\/\S+\{stationId\}\S*$/.test(config.publicOcppUrl)) {
    faults.push(
      'The public OCPP URL must begin with ws:// or wss:// and contain {stationId} (HEADROOM_PUBLIC_OCPP_URL).',
    );
  }
  if (config.demo !== undefined) faults.push(...demoFaults(config.demo));
  return faults;
}

function demoFaults({ url, token }: DemoDesk): readonly string[] {
  const isOurs = URL.canParse(url) && new URL(url).protocol === 'http:' && isLoopback(new URL(url).hostname);
  return [
    ...(isOurs ? [] : ['The demo desk must be an http:// address on loopback (HEADROOM_CONSOLE_DEMO_URL).']),
    ...(token.length >= MIN_SECRET_LENGTH
      ? []
      : [`The token of the demo desk needs at least ${MIN_SECRET_LENGTH} characters (HEADROOM_CONSOLE_DEMO_TOKEN).`]),
  ];
}
