import type { Clock } from '@headroom/kernel';
import type { GatewayEvents } from '../events.ts';
import type { EmergencyInbox, FactLog, LogRecord } from '../ports.ts';

/** Records of one step at most. */
export const RELAY_BATCH_RECORDS = 200;
/** After a step that failed: long enough for a gateway that reaches the log to have its turn. */
export const RELAY_PAUSE_MS = 3_000;

export interface InboxRelay {
  /** Looks for records that wait, whoever kept them. Never rejects; a look while another runs does nothing. */
  nudge(): void;
  /** No further look; resolves once the running one has ended. */
  stop(): Promise<void>;
}

export interface InboxRelayDeps {
  readonly log: FactLog;
  readonly inbox: EmergencyInbox;
  readonly events: GatewayEvents;
  readonly clock: Pick<Clock, 'monoMs'>;
  /** After a look that left nothing, or that found another relay at work. */
  readonly onPass: () => Promise<void>;
}

/** Brings what the emergency inbox holds into the log once that takes it: of this gateway, and of one that died (F5). */
export function createInboxRelay(deps: InboxRelayDeps): InboxRelay {
  const { log, inbox, events, clock } = deps;
  let running: Promise<void> | undefined;
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  let stopped = false;
  let failing = false;

  const pass = async (): Promise<void> => {
    let relayed = 0;
    for (let more = true; more && !stopped; ) {
      const count = await inbox.relay((records) => publish(log, records), RELAY_BATCH_RECORDS);
      relayed += count;
      more = count === RELAY_BATCH_RECORDS;
    }
    if (relayed > 0) events.inboxRelayed(relayed);
    await deps.onPass();
    failing = false;
  };

  return {
    nudge() {
      if (stopped || clock.monoMs() < pausedUntilMs) return;
      running ??= pass()
        .catch((cause: unknown) => {
          pausedUntilMs = clock.monoMs() + RELAY_PAUSE_MS;
          // Once an outage.
          if (!failing) events.inboxNotRelayed(cause instanceof Error ? cause.message : 'unknown');
          failing = true;
        })
        .finally(() => {
          running = undefined;
        });
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}

/** Resolves, once the others are durable, with the event ids of those that never can be. */
async function publish(log: FactLog, records: readonly LogRecord[]): Promise<readonly string[]> {
  const outcome = await log.append(records);
  if (outcome === 'durable') return [];
  if (outcome === 'unavailable') throw new Error(log.trouble() ?? 'the log did not answer');
  if (records.length === 1) return records.map((record) => record.eventId);
  const refused: string[] = [];
  for (const record of records) refused.push(...(await publish(log, [record])));
  return refused;
}
