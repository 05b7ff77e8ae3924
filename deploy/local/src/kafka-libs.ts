import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const POM = fileURLToPath(new URL('../kafka/pom.xml', import.meta.url));
const LIBS = fileURLToPath(new URL('../../../.headroom/kafka-libs/', import.meta.url));
const FETCH_LIMIT_MS = 240_000;
const STAMP = 'pom.sha256';

export interface KafkaLibs {
  readonly directory: string;
  /** For `java -cp`, in a fixed order, so that a class-data archive fits it. */
  readonly classPath: string;
  readonly version: string;
}

/** The jars that were fetched for the present pom, or undefined. */
export function findKafkaLibs(directory = LIBS): KafkaLibs | undefined {
  const stamp = join(directory, STAMP);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== pomDigest()) return undefined;
  const jars = readdirSync(directory).filter((name) => name.endsWith('.jar'));
  const version = jars.map((name) => /^kafka_2\.13-(.+)\.jar$/.exec(name)?.[1]).find((found) => found !== undefined);
  if (version === undefined) return undefined;
  const classPath = jars
    .toSorted()
    .map((name) => join(directory, name))
    .join(':');
  return { directory, classPath, version };
}

/** Fetches the jars with Maven, once; a torn fetch leaves nothing behind. */
export async function fetchKafkaLibs(directory = LIBS): Promise<KafkaLibs> {
  const there = findKafkaLibs(directory);
  if (there !== undefined) return there;
  const target = directory.replace(/\/$/, '');
  const part = `${target}.${process.pid}.part`;
  mkdirSync(dirname(target), { recursive: true });
  const args = ['-B', '-q', '-f', POM, 'dependency:copy-dependencies', `-Dlibs=${part}`];
  try {
    await promisify(execFile)('mvn', args, { timeout: FETCH_LIMIT_MS, maxBuffer: 16 * 1024 * 1024 });
    writeFileSync(join(part, STAMP), pomDigest());
    rmSync(target, { recursive: true, force: true });
    renameSync(part, target);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Another process may have been faster.
    const faster = findKafkaLibs(directory);
    if (faster === undefined) throw error;
  }
  const fetched = findKafkaLibs(directory);
  if (fetched === undefined) throw new Error(`Maven brought no Kafka broker for ${POM}`);
  return fetched;
}

const pomDigest = (): string => createHash('sha256').update(readFileSync(POM)).digest('hex');
