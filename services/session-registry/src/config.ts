import { err, ok, type Result } from '@headroom/kernel';
import { wholeNumber } from '@headroom/service-host';

/** Environment as it came. */
export interface RawSessionRegistryConfig {
  readonly relayEveryMs: string | undefined;
  readonly inboxKeepHours: string | undefined;
}

export interface SessionRegistryConfig {
  /**
   * How often the outbox is looked at without a commit having asked for it, milliseconds, default 200. Too small: the
   * database is asked in vain; too large: what a crash left in the outbox reaches the others late.
   */
  readonly relayEveryMs: number;
  /**
   * How long event ids are remembered, hours, default 168. Shorter than the log keeps records: a replayed start or stop
   * counts again; much longer: the table only grows.
   */
  readonly inboxKeepHours: number;
}

export const DEFAULT_SESSION_REGISTRY_CONFIG: SessionRegistryConfig = Object.freeze({
  relayEveryMs: 200,
  inboxKeepHours: 168,
});

export const readEnv = (env: Readonly<Record<string, string | undefined>>): RawSessionRegistryConfig => ({
  relayEveryMs: env['HEADROOM_REGISTRY_RELAY_EVERY_MS'],
  inboxKeepHours: env['HEADROOM_REGISTRY_INBOX_KEEP_HOURS'],
});

/** The configuration, or one sentence for each thing that is wrong. */
export function toConfig(raw: RawSessionRegistryConfig): Result<SessionRegistryConfig, readonly string[]> {
  const defaults = DEFAULT_SESSION_REGISTRY_CONFIG;
  const relay = wholeNumber('HEADROOM_REGISTRY_RELAY_EVERY_MS', raw.relayEveryMs, {
    min: 10,
    max: 60_000,
    fallback: defaults.relayEveryMs,
  });
  const keep = wholeNumber('HEADROOM_REGISTRY_INBOX_KEEP_HOURS', raw.inboxKeepHours, {
    min: 24,
    max: 8_760,
    fallback: defaults.inboxKeepHours,
  });
  if (relay.kind === 'ok' && keep.kind === 'ok') {
    return ok(Object.freeze({ relayEveryMs: relay.value, inboxKeepHours: keep.value }));
  }
  return err([relay, keep].flatMap((read) => (read.kind === 'err' ? [read.error] : [])));
}
