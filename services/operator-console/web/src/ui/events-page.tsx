import { useEffect, useRef, useState } from 'preact/hooks';
import { useEvents } from '../data/use-events.ts';
import { failureWords } from '../model/failure.ts';
import type { EventPage } from '../model/grid-events.ts';
import type { LiveSite } from '../model/live-site.ts';
import { EventsTable } from './events-table.tsx';

export interface EventsPageProps {
  readonly site: LiveSite;
  readonly liveHref: string;
  readonly onLive: () => void;
  readonly onMakeEvent: () => void;
}

const BONES = 4;

/** Everything the grid has asked of the site, newest first, and what came of it. */
export function EventsPage({ site, liveHref, onLive, onMakeEvent }: EventsPageProps) {
  /** Where each page that was turned began. */
  const [turned, setTurned] = useState<readonly string[]>([]);
  const before = turned.at(-1) ?? null;
  const { event } = site.grid;
  const { page, failure, retryNow } = useEvents(site.siteId, before, `${event?.eventId} ${event?.state}`);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    // Whoever goes by keys or by ear begins at the top of what is new (LK20).
    title.current?.focus({ preventScroll: true });
  }, [before]);
  const open = (click: MouseEvent): void => {
    if (click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    onLive();
  };
  return (
    <section class="card events" aria-labelledby="events-title">
      <div class="events-head">
        <h2 id="events-title" tabIndex={-1} ref={title}>
          Grid events
        </h2>
        <p class="muted events-lead">
          What utilities have asked of this site, newest first, and what it drew: the means of the whole site, or of the
          circuit that a line names, building and cars, from the meters.
        </p>
        <div class="grid-tools">
          {site.demo.gridEvents && (
            <button type="button" class="button small" onClick={onMakeEvent}>
              Grid event…
            </button>
          )}
          <a class="button small" href={liveHref} onClick={open}>
            Back to live
          </a>
        </div>
      </div>
      {failure !== null && (
        <div class="notice" data-tone="caution" role="status">
          <p>
            <strong>The list cannot be read.</strong> {failureWords(failure)}{' '}
            {page !== null && 'What was read last stays below.'}
          </p>
          <button type="button" class="button small" onClick={retryNow}>
            Try now
          </button>
        </div>
      )}
      {page === null && failure === null && <Waiting />}
      {page !== null && page.lines.length === 0 && <Nothing site={site} isFirst={before === null} />}
      {page !== null && page.lines.length > 0 && <EventsTable lines={page.lines} site={site} />}
      {page !== null && (
        <Pager
          page={page}
          isFirst={before === null}
          onNewer={() => setTurned(turned.slice(0, -1))}
          onOlder={(next) => setTurned([...turned, next])}
        />
      )}
    </section>
  );
}

function Waiting() {
  return (
    <div aria-busy="true">
      <p class="sr-only" role="status">
        Reading the events
      </p>
      {Array.from({ length: BONES }, (_, index) => (
        <span key={index} class="bone events-bone" />
      ))}
    </div>
  );
}

function Nothing({ site, isFirst }: { readonly site: LiveSite; readonly isFirst: boolean }) {
  if (!isFirst) return <p>There are no older events.</p>;
  return (
    <div class="events-empty">
      <p>
        <strong>No event yet.</strong> When a utility asks this site to draw less for a while, it stands here with what
        the site drew before, during and after it.
      </p>
      <p class="muted">
        {site.demo.gridEvents
          ? 'This is a demo: make one with the button "Grid event…", and watch the limit move.'
          : site.grid.sources.length > 0
            ? `${site.grid.sources.map(({ name }) => name).join(', ')}: configured as a source of events.`
            : 'No utility is configured: name one in the sources of the grid adapter (docs/configuration.md).'}
      </p>
    </div>
  );
}

interface PagerProps {
  readonly page: EventPage;
  readonly isFirst: boolean;
  readonly onNewer: () => void;
  readonly onOlder: (next: string) => void;
}

function Pager({ page, isFirst, onNewer, onOlder }: PagerProps) {
  const { next } = page;
  if (isFirst && next === null) return null;
  return (
    <nav class="events-pager" aria-label="Pages of events">
      <button type="button" class="button small" disabled={isFirst} onClick={onNewer}>
        Newer
      </button>
      <button
        type="button"
        class="button small"
        disabled={next === null}
        onClick={() => next !== null && onOlder(next)}
      >
        Older
      </button>
    </nav>
  );
}
