import type { Cancel, Timers } from '@headroom/kernel';
import type { Service } from '@headroom/service-host';
import type { Dispatcher } from './app/dispatcher.ts';
import type { Epochs, FactFeed } from './ports.ts';

export const SERVICE_NAME = 'profile-dispatcher';

/** Polls older than this mean that the log is no longer read (KF-46). */
const MOST_POLL_AGE_MS = 30_000;

export interface ServiceDeps {
  readonly dispatcher: Dispatcher;
  readonly feed: FactFeed;
  readonly epochs: Epochs;
  readonly timers: Timers;
  readonly passEveryMs: number;
  readonly fatal: (why: string, cause: unknown) => void;
}

/**
 * What comes in, and who takes it:
 *
 *   site.config       SiteConfig                             take-fact -> evolve.onSiteConfigured
 *   station.facts     connection, boot, transaction, clock   take-fact -> evolve.on...
 *                     CommandAnswered                        take-fact -> resolve-command (replay: noteAnswer)
 *   session.facts     TransactionClosed                      take-fact -> evolve.onTransactionEnded
 *   metering.facts    EvseMeasured, SiteMeterRead            take-fact -> evolve.on...
 *   allocation.facts  EpochOpened, DecisionMade              take-fact -> evolve.onDecisionMade
 *   dispatch.facts    our own, of earlier owners             take-fact -> replay-journal
 *   caught up         -                                      take-fact.closeShardReplay, then open-shards
 *   timer             every passEveryMs                      dispatcher.onTime
 *   rpc answer        verdicts of SendBatch                  run-pass.takeVerdict
 *
 * After each of them one pass of its shard: prepare-pass (plan, count), journal (durable), gateways (write).
 */
export function createService(deps: ServiceDeps): Service {
  const { dispatcher, feed, epochs, timers } = deps;
  let reading: Awaited<ReturnType<FactFeed['start']>> | undefined;
  let cancel: Cancel | undefined;
  return {
    name: SERVICE_NAME,
    start: async () => {
      reading = await feed.start({
        onFacts: dispatcher.onFacts,
        onCaughtUp: dispatcher.onCaughtUp,
        onFatal: (cause) => deps.fatal('the log is no longer read', cause),
      });
      cancel = timers.every(deps.passEveryMs, dispatcher.onTime);
    },
    readiness: () => {
      const trouble = feed.trouble();
      if (trouble !== undefined) return { kind: 'not-ready', why: trouble };
      if (reading === undefined) return { kind: 'not-ready', why: 'not started' };
      if (reading.pollAgeMs() > MOST_POLL_AGE_MS)
        return { kind: 'not-ready', why: 'the log has not been read for a while' };
      return dispatcher.readiness();
    },
    stop: async () => {
      cancel?.();
      await reading?.stop();
      await dispatcher.stop();
      await epochs.close();
    },
  };
}
