import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '@headroom/kernel';
import { readSources } from './config-sources.ts';
import type { SourceRules } from './domain/source-memory.ts';
import type { LimitConfig } from './domain/limit-bounds.ts';
import type { UnitDefaults } from './domain/read-descriptors.ts';

/** One VTN, and what is done with what it says. */
export interface GridSourceConfig extends SourceRules {
  /** Ours: it stands in every fact and in the console. */
  readonly name: string;
  /** Base of its REST resources, without a slash at the end. */
  readonly url: string;
  /** Not in the objects: it is configured. Default 3.1. */
  readonly version: '3.0' | '3.1';
  /** Absent: no token (a public price server). */
  readonly credentials?: { readonly clientId: string; readonly clientSecret: string };
  /** Absent: `GET /auth/server` says it, and it must be an address of the VTN's own origin. */
  readonly tokenUrl?: string;
  /** Empty: all that it shows us. */
  readonly programIds: readonly string[];
  /** Of clock time. Default 30 s. Too small: a burden on the VTN; too large: events come late. */
  readonly pollEveryMs: number;
  readonly limits: LimitConfig;
  /** Used where neither event nor program names a unit; what is not configured is not guessed (DR-N10). */
  readonly defaults: UnitDefaults;
}

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
