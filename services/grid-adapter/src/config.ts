import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '@headroom/kernel';
import { type GridSourceConfig, readSources } from './config-sources.ts';

export type { GridSourceConfig };

export interface GridAdapterConfig {
  /** Empty: the service runs, says so, and does nothing. */
  readonly sources: readonly GridSourceConfig[];
}

/** What the environment and the file it names say. */
export interface RawGridAdapterConfig {
  /** Absent: no source. */
  readonly path: string | undefined;
  readonly text: Result<string, string>;
  readonly variable: (name: string) => string | undefined;
}

const VARIABLE = 'HEADROOM_GRID_SOURCES';

export function readEnv(env: Readonly<Record<string, string | undefined>>): RawGridAdapterConfig {
  const path = env['HEADROOM_GRID_SOURCES'];
  const variable = (name: string): string | undefined => env[name];
  if (path === undefined || path === '') return { path: undefined, text: ok(''), variable };
  return { path, text: textOf(path), variable };
}

function textOf(path: string): Result<string, string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (cause) {
    return err(typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'unknown');
  }
}

/** The configuration, or one sentence for each thing that is wrong. */
export function toConfig({ path, text, variable }: RawGridAdapterConfig): Result<GridAdapterConfig, readonly string[]> {
  if (path === undefined) return ok({ sources: [] });
  if (text.kind === 'err') return err([`${VARIABLE} is "${path}"; that file cannot be read (${text.error}).`]);
  let json: unknown;
  try {
    json = JSON.parse(text.value);
  } catch {
    return err([`${VARIABLE} is "${path}"; that file is no JSON.`]);
  }
  const sources = readSources(json, variable);
  return sources.kind === 'err'
    ? err(sources.error.map((sentence) => `${VARIABLE}: ${sentence}`))
    : ok(Object.freeze({ sources: sources.value }));
}
