import { type Clock, invariant } from '@headroom/kernel';
import { NO_SPAN, type Span } from '@headroom/telemetry';
import type { GridAdapterEvents } from '../events.ts';
import type { GridFact, GridFacts, GridStore, Term } from '../ports.ts';
import type { Due, DueTimelines } from './due-timelines.ts';
import type { SourceDesk } from './source-state.ts';

/** Facts that wait while the log takes none; the oldest are dropped first. Timelines are not among them: they are reckoned anew. */
export const FACTS_WAITING_MAX = 5_000;

export interface PublisherDeps {
  readonly term: Term;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly store: Pick<GridStore, 'save'>;
  readonly facts: GridFacts;
  readonly events: Pick<GridAdapterEvents, 'factsDropped' | 'notPublished' | 'timelinePublished'>;
  readonly desks: readonly SourceDesk[];
  readonly due: DueTimelines;
  /** Whether enough is known to reckon timelines. */
  readonly isReady: () => boolean;
  /** The store says that somebody else acts. */
  readonly onOver: () => void;
  readonly onBug: (cause: unknown) => void;
}

export interface Publisher {
  tell(facts: readonly GridFact[]): void;
  /** Saves and publishes what there is, one thing at a time; as part of the trace of `cause`, where that is traced. */
  pump(cause?: Span): void;
  /** Begins nothing any more; resolves once nothing is under way. */
  end(): Promise<void>;
}

export function createPublisher(deps: PublisherDeps): Publisher {
  const { term, clock, store, events, desks, due, onOver } = deps;
  let waiting: readonly GridFact[] = [];
  let traced = NO_SPAN;
  let running: Promise<void> | undefined;
  let again = false;
  let ended = false;

  const keep = (facts: readonly GridFact[]): void => {
    waiting = facts.slice(-FACTS_WAITING_MAX);
    if (facts.length > waiting.length) events.factsDropped(facts.length - waiting.length);
  };

  /** Saves first, publishes then. What fails is due again at the next tick, by what is known then. */
  const flush = async (): Promise<void> => {
    const by = traced;
    traced = NO_SPAN;
    const timelines = deps.isReady() ? due.take(clock.nowMs()) : [];
    const facts = waiting;
    const unsaved = takeUnsaved(desks);
    if (timelines.length === 0 && facts.length === 0 && unsaved.length === 0) return;
    waiting = [];
    const attributes = { timelines: timelines.length, facts: facts.length };
    const isTold = timelines.length + facts.length > 0;
    const span = isTold ? by.child('publish grid facts', { attributes }) : NO_SPAN;
    let isSaved = false;
    try {
      const sources = unsaved.map(({ desk, what }) => ({
        ...{ name: desk.config.name, memory: desk.memory, isChanged: what === 'all' },
      }));
      const versions = await store.save(term, { sources, targetKeys: timelines.map(({ key }) => key) });
      isSaved = true;
      if (versions === undefined) {
        span.end('another instance acts');
        return onOver();
      }
      await publishAll(deps, { timelines, versions, facts, span });
      span.end();
      due.published(timelines);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : 'unknown';
      span.end(why);
      events.notPublished(why, by.traceId);
      if (!isSaved) for (const { desk, what } of unsaved) if (desk.unsaved !== 'all') desk.unsaved = what;
      due.mark(
        timelines.map(({ target }) => target),
        'always',
      );
      keep([...facts, ...waiting]);
      // The next tick tries again, not this loop.
      again = false;
    }
  };

  const run = async (): Promise<void> => {
    while (again && !ended) {
      again = false;
      await flush();
    }
  };

  return {
    tell: (facts) => keep([...waiting, ...facts]),
    pump(cause = NO_SPAN) {
      again = true;
      if (cause !== NO_SPAN) traced = cause;
      if (ended || running !== undefined) return;
      running = run()
        .catch(deps.onBug)
        .finally(() => {
          running = undefined;
        });
    },
    async end() {
      ended = true;
      await running;
    },
  };
}

function takeUnsaved(desks: readonly SourceDesk[]) {
  const unsaved = desks.filter((desk) => desk.unsaved !== 'nothing').map((desk) => ({ desk, what: desk.unsaved }));
  for (const { desk } of unsaved) desk.unsaved = 'nothing';
  return unsaved;
}

async function publishAll(
  { clock, facts: log, events }: Pick<PublisherDeps, 'clock' | 'facts' | 'events'>,
  what: {
    readonly timelines: readonly Due[];
    readonly versions: ReadonlyMap<string, number>;
    readonly facts: readonly GridFact[];
    readonly span: Span;
  },
): Promise<void> {
  const publishedAtMs = clock.nowMs();
  const numbered = what.timelines.map(({ key, target, segments }) => {
    const version = what.versions.get(key);
    invariant(version !== undefined, `the store gave no version of ${key}`);
    return { target, version, publishedAtMs, segments };
  });
  const { traceparent, traceId } = what.span;
  const told = [...numbered.map((timeline): GridFact => ({ kind: 'timeline', timeline })), ...what.facts];
  await log.publish(told, traceparent);
  for (const { target, version } of numbered) {
    events.timelinePublished({ siteId: target.siteId, circuitId: target.circuitId, version, traceId });
  }
}
