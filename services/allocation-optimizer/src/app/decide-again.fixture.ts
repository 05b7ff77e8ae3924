import { epochMs, siteId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import * as given from '../domain/given.fixture.ts';
import type { Event } from '../domain/test-support/events-of-a-day.ts';
import type { DecisionRecord, Hasher, InputsLog } from '../ports.ts';
import { type DecideDeps, decideNow } from './decide-site.ts';
import { apply, configure, openLane } from './site-lane.ts';

export interface OwnerOptions {
  /** It knows of no quiet, and decides at every look. */
  readonly always: boolean;
  /** Where its decisions and what they were made from go beside `written`. Absent: nowhere. */
  readonly log?: {
    readonly append: (record: DecisionRecord) => Promise<void>;
    readonly inputs: InputsLog;
    readonly hasher: Hasher;
  };
}

/** One site in its owner's hands. */
export class Owner {
  readonly clock = { nowMs: given.T0, monoMs: 0 };
  readonly written: DecisionRecord[] = [];
  /** Looks that led to a decision. */
  looks = 0;
  readonly lane = openLane(siteId(given.DEPOT.siteId), {
    ...{ shard: 0, epoch: 1n, decidingEpoch: () => 1n, fence: () => true, isOver: () => false },
    ...{ dispatcherEpoch: () => 0n, positions: () => [], track: () => undefined },
  });
  readonly #always: boolean;
  #isLogAway = false;
  readonly #deps: DecideDeps;

  constructor(model: SiteModel, { always, log }: OwnerOptions) {
    const never = () => {
      throw new Error('not in this test');
    };
    this.#always = always;
    this.lane.model = model;
    this.#deps = {
      clock: { nowMs: () => epochMs(this.clock.nowMs), monoMs: () => this.clock.monoMs },
      timers: { after: never, every: never },
      log: {
        append: async (record) => {
          if (this.#isLogAway) throw new Error('the log is away');
          await log?.append(record);
          this.written.push(record);
        },
        ...{ openEpoch: never, appendSnapshot: never },
      },
      ...(log === undefined ? {} : { inputs: log.inputs }),
      hasher: log?.hasher ?? { sha256Hex: () => '' },
      events: {
        ...{ shardTaken: never, shardCaughtUp: never, shardsLost: never, recordParked: never, decisionWithheld: never },
        ...{ decisionNotWritten: () => undefined, snapshotNotWritten: never },
        ...{ decided: () => {}, decisionDurable: () => {} },
      },
      coalesceMs: 20,
      fatal: never,
    };
  }

  async take(event: Event): Promise<void> {
    switch (event.kind) {
      case 'clock':
        this.clock.nowMs = epochMs(this.clock.nowMs + event.byMs);
        return;
      case 'log':
        this.#isLogAway = event.isAway;
        return;
      case 'document':
        configure(this.lane, event.model);
        break;
      // Samples and what is on its way to a station wait for the next look, as in the service.
      case 'evse-measured':
      case 'limit-intended':
      case 'limit-resolved':
        return void apply(this.lane, event);
      default:
        if (!apply(this.lane, event)) return;
    }
    this.#decide();
    await settled();
  }

  async look(afterMs = 1_000): Promise<void> {
    this.clock.nowMs = epochMs(this.clock.nowMs + afterMs);
    this.clock.monoMs += afterMs;
    const before = this.lane.decision;
    this.#decide();
    await settled();
    if (this.lane.decision !== before) this.looks += 1;
  }

  /** The decision and what is remembered of it, to the last word, but for when it was made. */
  tells(): string {
    const { decision, memory } = this.lane;
    return JSON.stringify([{ ...decision, decidedAtMs: undefined }, memory], plain);
  }

  #decide(): void {
    if (this.#always) this.lane.quietUntilMs = -Infinity;
    decideNow(this.#deps, this.lane, 'timer');
  }
}

const plain = (_: string, value: unknown): unknown => (value instanceof Map ? [...value] : value);

/** The twin of the log answers within a few turns of promises. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 6; turn += 1) await Promise.resolve();
}
