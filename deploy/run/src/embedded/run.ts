import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '@headroom/local';
import { type GridAdapterConfig, toConfig } from '@headroom/grid-adapter';
import { ok } from '@headroom/kernel';
import { readTariffs, type Tariffs } from '@headroom/operator-console';
import { DEMO_SITE_ID, type Demo, RECORDED_SITE_ID, startDemo } from '@headroom/sim';
import { type Platform, type Service, systemTime, topicSpecs } from '@headroom/service-host';
import type { EmbeddedArguments } from '../arguments.ts';
import { simLog } from '../sim-log.ts';
import { DEMO_TARIFF } from '../demo-tariff.ts';
import { startUtility, type Utility } from '../utility.ts';
import { embeddedPlatform } from './platform.ts';
import { assembleAll } from './services.ts';

/** From Ctrl-C to the end, everything together: what is promised to the user. */
const STOP_LIMIT_MS = 3_500;
const SERVICE_GRACE_MS = 500;

export interface EmbeddedRun {
  /** Resolves when the page moves; rejects with a sentence. */
  readonly started: Promise<EmbeddedParts>;
  /** Ends everything in reverse order within five seconds; may be called at any moment, and twice. */
  stop(): Promise<void>;
}

/** What a test looks at from the inside. */
export interface EmbeddedParts {
  readonly platform: Platform;
  readonly utility: Utility;
}

export interface EmbeddedHost {
  readonly say: (line: string) => void;
  readonly fatal: Platform['fatal'];
}

type Undo = () => Promise<void> | void;

/** Brings up PostgreSQL, the services and the simulated site in this process. */
export function runEmbedded(args: EmbeddedArguments, host: EmbeddedHost): EmbeddedRun {
  const undo: Undo[] = [];
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= within(STOP_LIMIT_MS, undoAll(undo)));
  const step = async <T>(title: string, act: () => Promise<T>): Promise<T> => {
    if (stopping !== undefined) return await new Promise<never>(() => undefined);
    const begun = performance.now();
    const made = await act();
    host.say(`  up  ${title.padEnd(34)} ${Math.round(performance.now() - begun)} ms`);
    return made;
  };
  return { started: start(args, host, { undo, step }), stop };
}

interface Scaffold {
  readonly undo: Undo[];
  readonly step: <T>(title: string, act: () => Promise<T>) => Promise<T>;
}

async function start(args: EmbeddedArguments, host: EmbeddedHost, { undo, step }: Scaffold): Promise<EmbeddedParts> {
  host.say(
    'Headroom, embedded: everything in one process, nothing is kept after Ctrl-C. It is for trying and developing, not for a real site.',
  );
  if (args.speed > 1) host.say(`Time runs ${args.speed} times as fast; stations of your own are refused meanwhile.`);
  const directory = mkdtempSync(join(tmpdir(), 'headroom-'));
  undo.push(() => rmSync(directory, { recursive: true, force: true }));
  const postgres = await step('PostgreSQL', async () => {
    const server = await startPostgres({ directory: join(directory, 'postgres') });
    undo.push(() => server.stop());
    return server;
  });
  const platform = embeddedPlatform({
    databaseUrl: postgres.url,
    speed: args.speed,
    verbose: args.verbose,
    fatal: host.fatal,
  });
  await platform.log.ensureTopics(topicSpecs({ shards: platform.shards, replicationFactor: 1 }));
  const utility = await step('utility', () => utilityOf(platform, args));
  undo.push(() => utility.close());
  const simulated = new Set<string>();
  const services = assembleAll(platform, {
    port: args.port,
    speed: args.speed,
    idTokenKey: randomBytes(24).toString('hex'),
    transactionIdKey: randomBytes(24).toString('hex'),
    grid: gridConfigOf(utility),
    demo: utility.demo,
    tariffs: demoTariffs(),
    admit: (stationId) => (args.speed === 1 || simulated.has(stationId) ? undefined : foreignAtSpeed(args.speed)),
  });
  for (const service of services.inOrder) {
    await step(service.name, () => service.start());
    undo.push(() => stopQuietly(service));
  }
  const url = services.console.url;
  const ocppUrl = `${url.replace('http', 'ws')}/ocpp`;
  const demo = await step('simulated site', () => demoOn(platform, args, { url, ocppUrl, host, simulated }));
  undo.push(() => demo.stop());
  host.say('');
  host.say(`OCPP: ${ocppUrl}/{stationId}`);
  host.say(`Headroom is ready: ${url}`);
  return { platform, utility };
}

const utilityOf = ({ clock, io }: Platform, { speed, cars }: EmbeddedArguments): Promise<Utility> =>
  startUtility({ clock, io, speed, siteIds: [cars.kind === 'generated' ? DEMO_SITE_ID : RECORDED_SITE_ID] });

/** Read as the service reads its file. */
function gridConfigOf({ sources, env }: Utility): GridAdapterConfig {
  const config = toConfig({ path: 'the utility of this run', text: ok(sources), variable: (name) => env[name] });
  if (config.kind === 'err') throw new Error(config.error.join(' '));
  return config.value;
}

function demoTariffs(): Tariffs {
  const tariffs = readTariffs(DEMO_TARIFF);
  if (tariffs.kind === 'err') throw new Error(tariffs.error.join(' '));
  return tariffs.value;
}

const foreignAtSpeed = (speed: number): string =>
  `This run is sped up ${speed} times, which only simulated stations can follow: start Headroom without --speed to connect a station of your own.`;

interface DemoPlace {
  readonly url: string;
  readonly ocppUrl: string;
  readonly host: EmbeddedHost;
  /** Filled with the ids of the simulated stations before they dial. */
  readonly simulated: Set<string>;
}

function demoOn(platform: Platform, args: EmbeddedArguments, place: DemoPlace): Promise<Demo> {
  return startDemo({
    apiUrl: place.url,
    ocppUrl: place.ocppUrl,
    clock: platform.clock,
    timers: platform.timers,
    ioTimers: systemTime(),
    seed: args.seed,
    scenario: args.cars,
    log: simLog(place.host.say),
    onStation: (stationId) => void place.simulated.add(stationId),
  });
}

async function stopQuietly(service: Service): Promise<void> {
  await service.stop(SERVICE_GRACE_MS);
}

async function undoAll(undo: Undo[]): Promise<void> {
  // What fails to stop must not keep the rest, PostgreSQL above all, from stopping.
  for (let last = undo.pop(); last !== undefined; last = undo.pop())
    await Promise.resolve(last()).catch(() => undefined);
}

async function within(limitMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
