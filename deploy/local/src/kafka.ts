import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { startGuarded } from './guarded-process.ts';
import { findKafkaLibs, type KafkaLibs } from './kafka-libs.ts';
import { type BrokerPlace, brokerSettings, CLUSTER_ID, LOG4J2, serverProperties } from './kafka-settings.ts';
import { claimPorts } from './ports.ts';
import { logSize, logTail, onFreePort, portAnswers, whenReady } from './ready.ts';
import { serverNode } from './server-node.ts';
import type { ServerNode } from './server.ts';

const READY_LIMIT_MS = 60_000;
const FORMAT_LIMIT_MS = 60_000;
const POLL_MS = 50;
const JAVA = 'java';
/** KF-57. */
const JVM = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-XX:+ExitOnOutOfMemoryError', '-Djava.awt.headless=true'];

export interface KafkaOptions {
  /** Holds one folder a broker; data that is there is used again, if the brokers' ports are still free. */
  readonly directory: string;
  /** Three: replication 3, two in sync. */
  readonly brokers: 1 | 3;
  /** Writes the classes of this run there when the broker ends (`archiveClasses`). */
  readonly archiveTo?: string;
}

export interface LocalKafka {
  /** `host:port` of each broker. */
  readonly brokers: readonly string[];
  readonly nodes: readonly ServerNode[];
  readonly version: string;
  stop(): Promise<void>;
}

/** The major version of the Java runtime on PATH, or undefined. */
export function findJava(): number | undefined {
  try {
    const words = execFileSync(JAVA, ['--version'], {
      encoding: 'utf8',
      env: process.env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return Number(/^\S+ (\d+)/.exec(words)?.[1]);
  } catch {
    return undefined;
  }
}

/** Starts Apache Kafka on the JVM, KRaft, loopback only. Needs Java 17 and the jars of `fetchKafkaLibs`. */
export async function startKafka(options: KafkaOptions): Promise<LocalKafka> {
  const libs = findKafkaLibs();
  if (libs === undefined) throw new Error('the jars of Apache Kafka are not fetched');
  const directory = resolve(options.directory);
  // Both ports of a broker are chosen by us; a taken one is fatal for it (KF-63), so all are chosen anew then.
  return onFreePort(undefined, async (first) => {
    const cluster = await places(options.brokers, first);
    const archive =
      options.archiveTo === undefined ? sharedClasses(libs) : [`-XX:ArchiveClassesAtExit=${options.archiveTo}`];
    const nodes = cluster.map((place) =>
      brokerOf({ place, cluster, folder: join(directory, `kafka-${place.nodeId}`), java: [...JVM, ...archive], libs }),
    );
    // All at once: the last of a row would wait for a quorum that is gone.
    const stop = async () => {
      await Promise.all(nodes.map((node) => node.stop()));
    };
    const started = await Promise.allSettled(nodes.map((node) => node.start()));
    const failed = started.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) {
      await stop();
      throw failed.reason;
    }
    return { brokers: cluster.map((place) => `127.0.0.1:${place.port}`), nodes, version: libs.version, stop };
  });
}

async function places(count: number, first: number): Promise<readonly BrokerPlace[]> {
  const ports = [first, ...(await claimPorts(2 * count - 1))];
  return Array.from({ length: count }, (_, index) => ({
    nodeId: index + 1,
    port: ports[2 * index] ?? 0,
    controllerPort: ports[2 * index + 1] ?? 0,
  }));
}

interface Broker {
  readonly place: BrokerPlace;
  readonly cluster: readonly BrokerPlace[];
  readonly folder: string;
  readonly java: readonly string[];
  readonly libs: KafkaLibs;
}

function brokerOf({ place, cluster, folder, java, libs }: Broker): ServerNode {
  const name = `kafka-${place.nodeId}`;
  const logFile = join(folder, 'kafka.log');
  const properties = join(folder, 'server.properties');
  const data = join(folder, 'data');

  return serverNode(name, place.port, async () => {
    mkdirSync(data, { recursive: true });
    writeFileSync(join(folder, 'log4j2.properties'), LOG4J2);
    writeFileSync(properties, serverProperties(brokerSettings(place, cluster, data)));
    const log4j = `-Dlog4j2.configurationFile=file:${join(folder, 'log4j2.properties')}`;
    if (!existsSync(join(data, 'meta.properties')))
      await format(folder, properties, [...java, log4j, '-cp', libs.classPath]);
    const seen = logSize(logFile);
    const running = await startGuarded({
      name,
      command: JAVA,
      args: ['-Xms192m', '-Xmx512m', ...java, log4j, '-cp', libs.classPath, 'kafka.Kafka', properties],
      cwd: folder,
      env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' },
      stopSignal: 'SIGTERM',
      logFile,
    });
    const isReady = async () =>
      logTail(logFile, seen).includes('Kafka Server started') && (await portAnswers(place.port));
    await whenReady({ name, process: running, logFile, pollMs: POLL_MS, limitMs: READY_LIMIT_MS, isReady });
    return running;
  });
}

/** KF-55. */
async function format(folder: string, properties: string, java: readonly string[]): Promise<void> {
  const jvm = ['-Xmx128m', ...java.filter((flag) => !flag.startsWith('-XX:ArchiveClassesAtExit'))];
  const args = [...jvm, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', CLUSTER_ID, '-c', properties];
  await promisify(execFile)(JAVA, args, { timeout: FORMAT_LIMIT_MS, cwd: folder });
}

const archiveOf = (libs: KafkaLibs): string => join(libs.directory, 'kafka.jsa');

const sharedClasses = (libs: KafkaLibs): readonly string[] =>
  existsSync(archiveOf(libs)) ? [`-XX:SharedArchiveFile=${archiveOf(libs)}`] : [];

/** Runs a broker once so that later ones start with its classes loaded: a third off every start (KF-58). Once for all. */
export async function archiveClasses(libs: KafkaLibs): Promise<void> {
  if (existsSync(archiveOf(libs))) return;
  const directory = mkdtempSync(join(tmpdir(), 'headroom-kafka-'));
  const part = `${archiveOf(libs)}.${process.pid}.part`;
  try {
    const kafka = await startKafka({ directory, brokers: 1, archiveTo: part });
    await kafka.stop();
    if (existsSync(part)) renameSync(part, archiveOf(libs));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
