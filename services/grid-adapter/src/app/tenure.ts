import type { Cancel, Clock, EpochMs, Result, Rng, Timers } from '@headroom/kernel';
import { NO_SPAN, SILENT_TRACER, type Span, type Tracer } from '@headroom/telemetry';
import type { GridSourceConfig } from '../config.ts';
import { DRAW_PPM } from '../domain/expand-intervals.ts';
import { newMemory, type SourceMemory, targetsOfRouting } from '../domain/source-memory.ts';
import type { GridAdapterEvents } from '../events.ts';
import type { GridFacts, GridStore, OwnLimits, Term } from '../ports.ts';
import { createDueTimelines, type DueTimelines } from './due-timelines.ts';
import { createPoller } from './poller.ts';
import { createPublisher, type Publisher } from './publisher.ts';
import type { Reading } from './read-vtn.ts';
import { createReporter, type ReporterDeps } from './reporter.ts';
import type { Subscriber } from './subscriber.ts';
import { inherited, lookAt, openDesk, repeated, sentenceOf, type SourceDesk, takeReading } from './source-state.ts';

/** How often silence is looked at, and what could not be published is tried again. Of clock time, as all below. */
export const TICK_MS = 1_000;
/** Everything is told again once in so long, so that a new reader finds it, and the far future is told in full before it holds. */
export const REPEAT_EVERY_MS = 300_000;
/** A tenure begins with a poll of each source: who just comes back must not take its own absence for the VTN's. Longest wait for it. */
export const FIRST_POLL_PATIENCE_MS = 15_000;

export interface TenureDeps {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly rng: Rng;
  readonly store: Pick<GridStore, 'save'>;
  readonly facts: GridFacts;
  readonly events: GridAdapterEvents;
  readonly sources: readonly GridSourceConfig[];
  /** Reads the VTN of a source, whose known events have these ids. */
  readonly read: (source: GridSourceConfig, knownIds: readonly string[]) => Promise<Result<Reading, string>>;
  /** Absent: nobody calls us. */
  readonly subscriberOf?: (source: GridSourceConfig, notified: () => void) => Subscriber;
  /** Absent: nothing is reported. */
  readonly reports?: Pick<ReporterDeps, 'draws' | 'send'> & {
    /** What was drawn before this instance began is known. */
    readonly isCaughtUp: () => boolean;
  };
  readonly ownLimits: (siteId: string) => OwnLimits | undefined;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
  readonly onBug: (cause: unknown) => void;
}

/** The time in which this instance acts. One that is over touches nothing any more, whatever still comes back to it. */
export interface Tenure {
  readonly term: Term;
  isOver(): boolean;
  start(): void;
  /** Its document is new, or gone. */
  siteChanged(siteId: string): void;
  /** Resolves once nothing is under way. */
  end(): Promise<void>;
}

export function createTenure(deps: TenureDeps, term: Term, memories: ReadonlyMap<string, SourceMemory>): Tenure {
  const { clock, timers, rng, events, tracer = SILENT_TRACER } = deps;
  const draw = (): number => Math.floor(rng.next() * DRAW_PPM);
  const desks = deps.sources.map((config) => {
    const memory = memories.get(config.name);
    return openDesk(config, memory ?? newMemory(clock.nowMs(), draw()), memory === undefined);
  });
  const startMonoMs = clock.monoMs();
  const isReady = (): boolean =>
    desks.every(({ isSettled }) => isSettled) || clock.monoMs() - startMonoMs >= FIRST_POLL_PATIENCE_MS;
  const due = createDueTimelines({ sources: desks, ownLimits: deps.ownLimits, events });
  let over = false;
  let ticking: Cancel = () => {};
  const stop = (): void => {
    over = true;
    ticking();
    for (const poller of pollers) poller.stop();
    for (const subscriber of subscribers) subscriber?.close();
    reporter?.end();
  };
  const publisher = createPublisher({ ...deps, term, desks, due, isReady, onOver: stop });

  const lookAtSilence = (): void => {
    if (isReady()) lookAtAll({ desks, publisher, due, events }, clock.nowMs());
  };
  const pollers = desks.map((desk, index) => {
    // One poll at a time.
    let span = NO_SPAN;
    return createPoller({
      ...{ clock, timers, rng, pace: desk.config, onBug: deps.onBug },
      poll: () => {
        span = tracer.begin('poll a utility', { attributes: { source: desk.config.name } });
        return deps.read(desk.config, idsToFind(desk));
      },
      onOutcome(outcome, failures) {
        const occasion = { atMs: clock.nowMs(), draw };
        const isChanged = takeOutcome({ desk, events, publisher, occasion, span }, outcome, failures);
        if (isChanged) due.mark(targetsOfRouting(desk.config.routing), 'if-changed');
        lookAtSilence();
        publisher.pump(span);
        span.end(outcome.kind === 'ok' ? undefined : outcome.error);
        if (outcome.kind === 'ok') subscribers[index]?.keep();
      },
    });
  });
  const subscribers = desks.map(({ config }, index) => deps.subscriberOf?.(config, () => pollers[index]?.wake()));

  const reporter =
    deps.reports &&
    createReporter({
      ...{ ...deps, ...deps.reports, desks },
      tell(facts, cause) {
        publisher.tell(facts);
        if (cause !== undefined) publisher.pump(cause);
      },
    });

  let repeatAtMonoMs = startMonoMs + REPEAT_EVERY_MS;
  const tick = (): void => {
    lookAtSilence();
    if (isReady() && deps.reports?.isCaughtUp() === true) reporter?.look();
    if (clock.monoMs() >= repeatAtMonoMs) {
      repeatAtMonoMs = clock.monoMs() + REPEAT_EVERY_MS;
      due.markAll();
      for (const desk of desks) publisher.tell(repeated(desk, clock.nowMs()));
    }
    publisher.pump();
  };

  return {
    term,
    isOver: () => over,
    start() {
      due.markAll();
      // What was told of a change may have been lost with the instance before.
      for (const desk of desks) publisher.tell(inherited(desk, clock.nowMs()));
      ticking = timers.every(TICK_MS, tick);
      for (const poller of pollers) poller.start();
    },
    siteChanged(siteId) {
      due.markSite(siteId);
      publisher.pump();
    },
    end() {
      stop();
      return publisher.end();
    },
  };
}

/** Tells which sources are heard, or no longer, and has their timelines reckoned. */
function lookAtAll(
  at: {
    readonly desks: readonly SourceDesk[];
    readonly publisher: Pick<Publisher, 'tell'>;
    readonly due: Pick<DueTimelines, 'mark'>;
    readonly events: Pick<GridAdapterEvents, 'sourceLost'>;
  },
  nowMs: EpochMs,
): void {
  for (const desk of at.desks) {
    const { facts, isNewlyLost } = lookAt(desk, nowMs);
    if (facts.length === 0) continue;
    at.publisher.tell(facts);
    at.due.mark(targetsOfRouting(desk.config.routing), 'if-changed');
    if (isNewlyLost) at.events.sourceLost(desk.config.name, sentenceOf(desk, nowMs));
  }
}

/** True: what the source asks for may be another. */
function takeOutcome(
  at: {
    readonly desk: SourceDesk;
    readonly events: GridAdapterEvents;
    readonly publisher: Publisher;
    readonly occasion: Parameters<typeof takeReading>[2];
    /** Of the poll. */
    readonly span: Pick<Span, 'traceId' | 'set'>;
  },
  outcome: Result<Reading, string>,
  failures: number,
): boolean {
  const { desk, events, publisher, occasion, span } = at;
  const { name } = desk.config;
  const { traceId } = span;
  desk.isSettled = true;
  if (outcome.kind === 'err') {
    events.pollFailed({ source: name, why: outcome.error, isNews: outcome.error !== desk.lastFailure, traceId });
    desk.lastFailure = outcome.error;
    return false;
  }
  desk.lastFailure = '';
  if (failures > 0) events.heardAgain(name, failures, traceId);
  const { facts, isChanged, changes, refused } = takeReading(desk, outcome.value, occasion);
  span.set({ changes, refused: refused.length });
  publisher.tell(facts);
  for (const { id, sentence } of refused) events.objectRefused({ source: name, id, why: sentence, traceId });
  const leftOut = outcome.value.refusedCount - outcome.value.refused.length;
  if (leftOut > 0 && refused.length > 0) events.refusalsLeftOut(name, leftOut, traceId);
  if (changes > 0) events.eventsChanged({ source: name, changes, refused: refused.length, traceId });
  return isChanged;
}

/** Events that are not gone: those whose absence has to be proved. */
const idsToFind = ({ memory }: SourceDesk): readonly string[] =>
  memory.known.events.filter(({ goneAtMs }) => goneAtMs === undefined).map(({ event }) => event.eventId);
