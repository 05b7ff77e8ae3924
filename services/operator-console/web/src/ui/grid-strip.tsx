import { useState } from 'preact/hooks';
import { deleteDemoEvent } from '../data/api.ts';
import type { StateShape } from '../model/evse-state.ts';
import { kilowatts, words } from '../model/format.ts';
import type { GridEventState, ShownEvent } from '../model/grid-live.ts';
import {
  askedWords,
  countdown,
  eventSentence,
  notTakenBack,
  sourceLines,
  STATE_WORDS,
  verdict,
} from '../model/grid-words.ts';
import type { LiveSite } from '../model/live-site.ts';
import { PriceFact } from './price-fact.tsx';
import { Shape, Value } from './values.tsx';

export interface GridStripProps {
  readonly site: LiveSite;
  /** Real time since the document came: the countdown runs on between two of them. */
  readonly sinceReceivedMs: number;
  readonly eventsHref: string;
  readonly onEvents: () => void;
  readonly onMakeEvent: () => void;
}

const EVENT_SHAPES: Readonly<Record<GridEventState, StateShape>> = {
  scheduled: 'half',
  active: 'full',
  returning: 'ring',
  completed: 'dash',
  cancelled: 'cross',
  refused: 'bang',
};

/** What a utility asks of the site, how long still, and what comes of it; beside it what energy costs (console-and-api S-E). */
export function GridStrip(props: GridStripProps) {
  const { site, eventsHref, onEvents, onMakeEvent } = props;
  const { event, sources } = site.grid;
  const heard = sourceLines(sources);
  const takeBack = useTakeBack(site.siteId, event?.eventId ?? null);
  if (event === null && sources.length === 0 && site.price === null && !site.demo.gridEvents) return null;
  const open = (click: MouseEvent): void => {
    if (click.ctrlKey || click.metaKey || click.shiftKey) return;
    click.preventDefault();
    onEvents();
  };
  const isOpen = event?.state === 'scheduled' || event?.state === 'active';
  const canTakeBack = site.demo.gridEvents && isOpen && takeBack.ask !== null;
  return (
    <section class="card grid-strip" aria-labelledby="grid-title" data-state={event?.state ?? 'none'}>
      <div class="grid-event">
        <div class="grid-head">
          <h2 id="grid-title">Grid event</h2>
          {event !== null && <StateWord state={event.state} />}
          {site.grid.more > 0 && <span class="caption">and {site.grid.more} more</span>}
        </div>
        <p class="grid-sentence" role="status">
          {event === null ? idleSentence(site) : eventSentence(event, site)}
        </p>
        {isOpen && takeBack.trouble !== null && (
          <p class="grid-trouble" role="alert">
            {takeBack.trouble}
          </p>
        )}
        {heard !== '' && <p class="caption">{heard}</p>}
      </div>
      {event !== null && <EventNumbers {...props} event={event} />}
      <div class="grid-side">
        {site.price !== null && <PriceFact price={site.price} site={site} />}
        <div class="grid-tools">
          {canTakeBack && (
            <button type="button" class="button small" disabled={takeBack.isAsked} onClick={() => takeBack.ask?.()}>
              {takeBack.isAsked ? 'Taking it back' : 'Take it back'}
            </button>
          )}
          {site.demo.gridEvents && (
            <button type="button" class="button small" onClick={onMakeEvent}>
              Grid event…
            </button>
          )}
          <a class="button small" href={eventsHref} onClick={open}>
            All events
          </a>
        </div>
      </div>
    </section>
  );
}

interface TakeBack {
  /** It is under way, or the utility has taken it back and the page has not heard of it yet. */
  readonly isAsked: boolean;
  /** Why the event goes on. */
  readonly trouble: string | null;
  /** Null: there is nothing to take back. */
  readonly ask: (() => void) | null;
}

/** What came of asking for this event to be taken back; of another event nothing was asked yet. */
function useTakeBack(siteId: string, eventId: string | null): TakeBack {
  const [asked, setAsked] = useState<{ readonly eventId: string; readonly trouble: string | null } | null>(null);
  if (eventId === null) return { isAsked: false, trouble: null, ask: null };
  const own = asked?.eventId === eventId ? asked : null;
  const send = async (): Promise<void> => {
    setAsked({ eventId, trouble: null });
    const answer = await deleteDemoEvent(siteId, eventId);
    if (answer.kind === 'failed') setAsked({ eventId, trouble: notTakenBack(answer.failure) });
  };
  return {
    isAsked: own !== null && own.trouble === null,
    trouble: own?.trouble ?? null,
    ask: () => void send(),
  };
}

export function StateWord({ state }: { readonly state: GridEventState }) {
  return (
    <span class="grid-state" data-state={state}>
      <Shape shape={EVENT_SHAPES[state]} />
      {STATE_WORDS[state]}
    </span>
  );
}

function idleSentence({ grid, demo }: LiveSite): string {
  if (grid.sources.length === 0 && !demo.gridEvents)
    return 'No utility is configured: nothing but the site itself sets its limit.';
  if (grid.sources.some(({ state }) => state !== 'heard'))
    return 'No event is known. What a utility asks now may not have arrived.';
  return 'No utility asks for less now: the site has its own limit.';
}

function EventNumbers({ event, site, sinceReceivedMs }: GridStripProps & { readonly event: ShownEvent }) {
  const left = countdown(event, site.atMs + sinceReceivedMs);
  if (event.state === 'refused' || event.state === 'cancelled') return null;
  return (
    <dl class="grid-facts">
      {left !== null && (
        <div class="grid-countdown">
          <dt>{left.label}</dt>
          <dd>
            <span role="timer">{left.text}</span>
          </dd>
        </div>
      )}
      <div>
        <dt>Asked</dt>
        <dd>{event.askedKw === null ? askedWords(event) : <Value of={kilowatts(event.askedKw)} />}</dd>
      </div>
      {event.delivered === null ? (
        <DrawnNow event={event} site={site} />
      ) : (
        <Delivered event={event} delivered={event.delivered} site={site} />
      )}
    </dl>
  );
}

/** Of the site; of an event for one circuit what its cars draw: what else hangs on it is not measured everywhere. */
function DrawnNow({ event, site }: { readonly event: ShownEvent; readonly site: LiveSite }) {
  const [circuitId, ...others] = event.circuitIds;
  if (others.length > 0) return null;
  const circuit = site.circuits.find((each) => each.circuitId === circuitId);
  if (circuitId !== undefined && circuit === undefined) return null;
  return (
    <div>
      <dt>{circuit === undefined ? 'Drawn now' : 'Its cars draw now'}</dt>
      <dd>
        <Value of={kilowatts(circuit === undefined ? site.total.siteKw : circuit.drawnKw)} />
      </dd>
    </div>
  );
}

interface DeliveredProps {
  readonly event: ShownEvent;
  readonly delivered: NonNullable<ShownEvent['delivered']>;
  readonly site: LiveSite;
}

/** Delivered against asked. Commanded values are not evidence: these are what the meters said. */
function Delivered({ event, delivered, site }: DeliveredProps) {
  const said = verdict(event, site);
  const isOn = event.state === 'active';
  const { before, during } = delivered;
  return (
    <>
      {isOn && (
        <div>
          <dt>Drawn now</dt>
          <dd>
            <Value of={kilowatts(site.total.siteKw)} />
          </dd>
          {said !== null && (
            <dd class="grid-note" data-tone={said.tone}>
              {said.text}
            </dd>
          )}
        </div>
      )}
      <div>
        <dt>{isOn ? 'Mean since it began' : 'Mean during it'}</dt>
        <dd>
          <Value of={kilowatts(during.meanKw)} />
        </dd>
        <dd class="grid-note">{words(kilowatts(before.meanKw))} before it</dd>
      </div>
    </>
  );
}
