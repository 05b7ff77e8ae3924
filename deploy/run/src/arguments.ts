import { parseArgs } from 'node:util';
import { err, ok, type Result } from '@headroom/kernel';
import { MAX_SPEED } from '@headroom/service-host';

/** What to show: cars made up, or a day of real recorded ones. */
export type Cars =
  | { readonly kind: 'generated' }
  | { readonly kind: 'recorded'; readonly csvPath: string; readonly day?: string; readonly limitKw: number };

export interface EmbeddedArguments {
  readonly port: number;
  readonly speed: number;
  readonly seed: number;
  /** Warnings on the terminal too, as JSON lines. */
  readonly verbose: boolean;
  readonly cars: Cars;
}

export interface StackArguments {
  readonly port: number;
  /** Undefined: the demo site of 24. Else this many simulated stations on sites of 25; 0: none, bring your own. */
  readonly stations: number | undefined;
  readonly seed: number;
  /** Processes of each service. */
  readonly replicas: number;
  /** Kafka brokers. */
  readonly brokers: 1 | 3;
}

const VERBOSE = '--verbose';
const DEFAULT_PORT = 8080;
const DEFAULT_RECORDED_SPEED = 30;
const DEFAULT_LIMIT_KW = 50;
const MAX_STATIONS = 5_000;
const MAX_REPLICAS = 3;

export const EMBEDDED_USAGE = `npm start [-- OPTIONS]
  --port N            port of page, API and OCPP on 127.0.0.1 (default ${DEFAULT_PORT})
  --speed N           time runs N times as fast, 1 to ${MAX_SPEED} (default 1; ${DEFAULT_RECORDED_SPEED} with --sessions)
  --seed N            another seed, other cars (default 1)
  --sessions FILE     drive the cars from recorded sessions (CSV, see docs/recorded-sessions.md)
  --day YYYY-MM-DD    which day of the file (default: its busiest)
  --limit-kw N        grid connection of that site in kW (default ${DEFAULT_LIMIT_KW})
  --verbose           print the services' warnings too`;

export const STACK_USAGE = `npm run stack [-- OPTIONS]
  --port N            port of page and API on 127.0.0.1 (default ${DEFAULT_PORT}); replicas take the next ones
  --replicas N        processes of each service, 1 to ${MAX_REPLICAS} (default 1); stations dial one address for all gateways
  --brokers N         Kafka brokers, 1 or 3 (default 1)
  --stations N        simulated stations on sites of 25, 0 to ${MAX_STATIONS} (default: the demo site with 24)
  --seed N            another seed, other cars (default 1)`;

type Values = Readonly<Record<string, string | undefined>>;

/** The options given, or a sentence. Every option takes a value, but `verbose`. */
function read(argv: readonly string[], names: readonly string[]): Result<Values, string> {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const args = argv.filter((arg) => arg !== VERBOSE);
  try {
    return ok(parseArgs({ args, options, allowPositionals: false }).values as Values);
  } catch (cause) {
    return err(cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : String(cause));
  }
}

function numberOf(
  values: Values,
  name: string,
  bounds: { min: number; max: number; whole: boolean },
): Result<number | undefined, string> {
  const text = values[name];
  if (text === undefined) return ok(undefined);
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const fits = value >= bounds.min && value <= bounds.max && (!bounds.whole || Number.isInteger(value));
  if (fits) return ok(value);
  return err(
    `--${name} is "${text}"; it must be a ${bounds.whole ? 'whole ' : ''}number from ${bounds.min} to ${bounds.max}`,
  );
}

const PORTS = { min: 0, max: 65_535, whole: true };
const SEEDS = { min: 0, max: 2 ** 31, whole: true };

/** What `npm start` was asked for, or one sentence. */
export function embeddedArguments(argv: readonly string[]): Result<EmbeddedArguments, string> {
  const values = read(argv, ['port', 'speed', 'seed', 'sessions', 'day', 'limit-kw']);
  if (values.kind === 'err') return values;
  const port = numberOf(values.value, 'port', PORTS);
  const speed = numberOf(values.value, 'speed', { min: 1, max: MAX_SPEED, whole: false });
  const seed = numberOf(values.value, 'seed', SEEDS);
  const limitKw = numberOf(values.value, 'limit-kw', { min: 1, max: 100_000, whole: false });
  for (const number of [port, speed, seed, limitKw]) if (number.kind === 'err') return number;
  const { sessions: csvPath, day } = values.value;
  if (csvPath === undefined && (day !== undefined || valueOf(limitKw) !== undefined)) {
    return err('--day and --limit-kw go with --sessions');
  }
  if (day !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(day))
    return err(`--day is "${day}"; it must be a date like 2019-06-12`);
  const recorded =
    csvPath === undefined
      ? undefined
      : { csvPath, limitKw: valueOf(limitKw) ?? DEFAULT_LIMIT_KW, ...(day === undefined ? {} : { day }) };
  return ok({
    port: valueOf(port) ?? DEFAULT_PORT,
    speed: valueOf(speed) ?? (recorded === undefined ? 1 : DEFAULT_RECORDED_SPEED),
    seed: valueOf(seed) ?? 1,
    verbose: argv.includes(VERBOSE),
    cars: recorded === undefined ? { kind: 'generated' } : { kind: 'recorded', ...recorded },
  });
}

/** What `npm run stack` was asked for, or one sentence. */
export function stackArguments(argv: readonly string[]): Result<StackArguments, string> {
  const values = read(argv, ['port', 'stations', 'seed', 'replicas', 'brokers']);
  if (values.kind === 'err') return values;
  const port = numberOf(values.value, 'port', PORTS);
  const stations = numberOf(values.value, 'stations', { min: 0, max: MAX_STATIONS, whole: true });
  const seed = numberOf(values.value, 'seed', SEEDS);
  const replicas = numberOf(values.value, 'replicas', { min: 1, max: MAX_REPLICAS, whole: true });
  for (const number of [port, stations, seed, replicas]) if (number.kind === 'err') return number;
  const { brokers = '1' } = values.value;
  if (brokers !== '1' && brokers !== '3') return err(`--brokers is "${brokers}"; it must be 1 or 3`);
  return ok({
    port: valueOf(port) ?? DEFAULT_PORT,
    stations: valueOf(stations),
    seed: valueOf(seed) ?? 1,
    replicas: valueOf(replicas) ?? 1,
    brokers: brokers === '3' ? 3 : 1,
  });
}

const valueOf = <T>(result: Result<T, string>): T | undefined => (result.kind === 'ok' ? result.value : undefined);
