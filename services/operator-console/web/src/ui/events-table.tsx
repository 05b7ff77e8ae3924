import { clockTimeOn, decimal, duration, kilowatts, UNKNOWN, words } from '../model/format.ts';
import type { EventAsked, EventLine, EventStretch } from '../model/grid-events.ts';
import { circuitNames, priceText } from '../model/grid-words.ts';
import type { LiveSite } from '../model/live-site.ts';
import { StateWord } from './grid-strip.tsx';
import { Instant } from './values.tsx';

export interface EventsTableProps {
  readonly lines: readonly EventLine[];
  readonly site: LiveSite;
}

/** One row an event; on a phone each row is a card with its labels. */
export function EventsTable({ lines, site }: EventsTableProps) {
  return (
    <div class="events-scroll">
      <table class="values events-table">
        <thead>
          <tr>
            <th scope="col">Event</th>
            <th scope="col">State</th>
            <th scope="col">When</th>
            <th scope="col">Asked</th>
            <th scope="col">Before, kW</th>
            <th scope="col">During, kW</th>
            <th scope="col">After, kW</th>
            <th scope="col">Report</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <EventRow key={line.key} line={line} site={site} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function EventRow({ line, site }: { readonly line: EventLine; readonly site: LiveSite }) {
  return (
    <tr data-state={line.state}>
      <th scope="row" class="event-name">
        <span class="event-title">{line.name ?? 'Event without a name'}</span>
        <span class="caption">
          {line.source}
          {line.circuitIds.length > 0 && `, for ${circuitNames(line.circuitIds, site)}`}
        </span>
        {line.drawnByCircuitId !== null && (
          <span class="event-note">Drawn by {circuitNames([line.drawnByCircuitId], site)}</span>
        )}
        {line.why !== null && <span class="event-why">{line.why}</span>}
      </th>
      <td data-label="State">
        <StateWord state={line.state} />
      </td>
      <td data-label="When">
        <When line={line} site={site} />
      </td>
      <td data-label="Asked">{askedText(line.asked)}</td>
      <td data-label="Before">
        <Stretch of={line.before} />
      </td>
      <td data-label="During">
        <Stretch of={line.during} />
      </td>
      <td data-label="After">
        <Stretch of={line.after} />
      </td>
      <td data-label="Report">{reportText(line)}</td>
    </tr>
  );
}

function When({ line, site }: { readonly line: EventLine; readonly site: LiveSite }) {
  const { startsAtMs, endsAtMs } = line;
  const time = (atMs: number) => (
    <Instant atMs={atMs} zone={site.timezone} text={clockTimeOn(atMs, site.atMs, site.timezone)} />
  );
  if (startsAtMs === null) return <span>{UNKNOWN}</span>;
  // What was refused has no period that could be believed: when it came is all that is known.
  if (line.asked.length === 0) return time(line.notedAtMs ?? startsAtMs);
  return (
    <span>
      {time(startsAtMs)}
      {endsAtMs === null ? ', open end' : `, ${lengthText(endsAtMs - startsAtMs)}`}
    </span>
  );
}

const lengthText = (ms: number): string => (ms < 60_000 ? `${Math.round(ms / 1_000)}\u202fs` : duration(ms));

function askedText(asked: readonly EventAsked[]): string {
  const limits = asked.flatMap(({ kw }) => kw ?? []);
  const levels = asked.flatMap(({ level }) => level ?? []);
  const [price] = asked.flatMap((each) => each.price ?? []);
  const steps = asked.length > 1 ? `, ${asked.length} steps` : '';
  if (limits.length > 0) return `at most ${words(kilowatts(Math.min(...limits)))}${steps}`;
  if (levels.length > 0) return `level ${Math.max(...levels)} of 3${steps}`;
  return price === undefined ? UNKNOWN : `price ${priceText({ ...price, period: null, source: '' })}${steps}`;
}

const SURE_PERCENT = 90;

function Stretch({ of }: { readonly of: EventStretch | null }) {
  if (of === null || of.meanKw === null) return <span class="muted">{UNKNOWN}</span>;
  const isSure = (of.coveredPercent ?? 0) >= SURE_PERCENT;
  return (
    <span>
      {decimal(of.meanKw, 1)}
      <span class="event-note">
        {isSure ? `highest ${decimal(of.peakKw, 1)}` : `from ${of.coveredPercent ?? 0}\u202f% of the time`}
      </span>
    </span>
  );
}

function reportText({ delivery, deliveryWhy, state }: EventLine): string {
  if (delivery === 'sent') return 'Sent';
  if (delivery === 'failed') return `Not sent yet: ${deliveryWhy ?? 'it is tried again'}`;
  if (delivery === 'not-asked') return 'None wanted';
  return state === 'completed' ? 'Being measured' : UNKNOWN;
}
