import type { Cancel, Clock, Timers } from '@headroom/kernel';
import type { Service } from '@headroom/service-host';
import type { Dispatcher } from './app/dispatcher.ts';
import type { Epochs, FactFeed } from './ports.ts';

export const SERVICE_NAME = 'profile-dispatcher';

/** Polls older than this mean that the log is no longer read (KF-46). */
const MOST_POLL_AGE_MS = 30_000;
/** After so long without a shard there is none for us: more of us than shards. */
const NO_SHARD_MS = 10_000;

export interface ServiceDeps {
  readonly dispatcher: Dispatcher;
  readonly feed: FactFeed;
  readonly epochs: Epochs;
  readonly clock: Pick<Clock, 'monoMs'>;
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
 *   group             shards acquired                        acquire-shards (epoch, mark, restore-shard), then they are read
 *                     caught up                              take-fact.closeShardReplay; decreases may leave
 *                     a join is near, shards lost            dispatcher.onPause, onLost
 *   timer             every passEveryMs                      dispatcher.onTime
 *                     every viewEveryMs of them              tell-stations: what people read of a station
 *   rpc answer        verdicts of SendBatch                  run-pass.takeVerdict
 *                     a fence confirmed, or not              fence-gateways; increases may leave; gateway-silence
 *
 * After each of them one pass of its shard: prepare-pass (plan, count), journal (durable), gateways (write). Between two
 * passes, when it is due: snapshot-sites.
 */
export function createService(deps: ServiceDeps): Service {
  const { dispatcher, feed, epochs, timers } = deps;
  let reading: Awaited<ReturnType<FactFeed['start']>> | undefined;
  let cancel: Cancel | undefined;
  let startedMonoMs = 0;
  return {
    name: SERVICE_NAME,
    start: async () => {
      startedMonoMs = deps.clock.monoMs();
      reading = await feed.start(dispatcher, (cause) => deps.fatal('the log is no longer read', cause));
      cancel = timers.every(deps.passEveryMs, dispatcher.onTime);
    },
    readiness: () => {
      const trouble = feed.trouble();
      if (trouble !== undefined) return { kind: 'not-ready', why: trouble };
      if (reading === undefined) return { kind: 'not-ready', why: 'not started' };
      if (reading.pollAgeMs() > MOST_POLL_AGE_MS)
        return {
          kind: 'not-ready',
          why: `the log was last read ${Math.round(reading.pollAgeMs() / 1_000)} s ago: look at Kafka, and at the load here`,
        };
      if (dispatcher.claims().size === 0 && deps.clock.monoMs() < startedMonoMs + NO_SHARD_MS)
        return { kind: 'not-ready', why: 'no shard has come yet: the group of dispatchers is joining' };
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
