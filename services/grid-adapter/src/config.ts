import { readFileSync } from 'node:fs';
import { err, ok, type Result } from '@headroom/kernel';
import { wholeNumber } from '@headroom/service-host';
import { type GridSourceConfig, readSources, readUrl } from './config-sources.ts';
import { type Refusal, rootPlace } from './domain/place.ts';

export type { GridSourceConfig };

export interface GridAdapterConfig {
  /** Empty: the service runs, says so, and does nothing. */
  readonly sources: readonly GridSourceConfig[];
  /** Where VTNs may call us; absent: they are polled alone. */
  readonly webhook?: WebhookConfig;
}

export interface WebhookConfig {
  /** On loopback; 0: a free one. */
  readonly port: number;
  /** What VTNs are told, without a slash at the end; absent: the address on loopback. */
  readonly publicUrl?: string;
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
  const webhook = readWebhook(variable);
  if (webhook.kind === 'err') return webhook;
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
    : ok(Object.freeze({ sources: sources.value, ...webhook.value }));
}

const PORT_MAX = 65_535;

/** An address without a port would be one that nobody serves. */
function readWebhook(variable: RawGridAdapterConfig['variable']): Result<Pick<GridAdapterConfig, 'webhook'>, string[]> {
  const portText = variable('HEADROOM_GRID_WEBHOOK_PORT') ?? '';
  const urlText = variable('HEADROOM_GRID_WEBHOOK_URL') ?? '';
  if (portText === '')
    return urlText === '' ? ok({}) : err(['HEADROOM_GRID_WEBHOOK_URL is set, HEADROOM_GRID_WEBHOOK_PORT is not.']);
  const port = wholeNumber('HEADROOM_GRID_WEBHOOK_PORT', portText, { min: 0, max: PORT_MAX, fallback: 0 });
  if (port.kind === 'err') return err([port.error]);
  if (urlText === '') return ok({ webhook: { port: port.value } });
  const refusals: Refusal[] = [];
  const publicUrl = readUrl(
    rootPlace({ HEADROOM_GRID_WEBHOOK_URL: urlText }, refusals).child('HEADROOM_GRID_WEBHOOK_URL'),
  );
  return publicUrl === undefined
    ? err(refusals.map(({ sentence }) => sentence))
    : ok({ webhook: { port: port.value, publicUrl } });
}
