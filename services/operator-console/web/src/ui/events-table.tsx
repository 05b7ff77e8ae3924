import { clockTimeOn, decimal, duration, kilowatts, UNKNOWN, words } from '../model/format.ts';
import { Fragment } from 'preact';
import type { EventAsked, EventLine, EventStretch, PlaceReport } from '../model/grid-events.ts';
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
            <th scope="col" class="event-number">
              Before, kW
            </th>
            <th scope="col" class="event-number">
              During, kW
            </th>
            <th scope="col" class="event-number">
              After, kW
            </th>
            <th scope="col">Report</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <EventRows key={line.key} line={line} site={site} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LineProps {
  readonly line: EventLine;
  readonly site: LiveSite;
}

/** An event for several places has a row of each beneath its own. */
function EventRows({ line, site }: LineProps) {
  return (
    <Fragment>
      <EventRow line={line} site={site} />
      {line.reports.length > 1 &&
        line.reports.map((report) => <PlaceRow key={report.circuitId ?? ''} line={line} report={report} site={site} />)}
    </Fragment>
  );
}

function PlaceRow({ line, report, site }: LineProps & { readonly report: PlaceReport }) {
  return (
    <tr class="event-place">
      <th scope="row" colSpan={3} class="event-name">
        {report.circuitId === null ? 'The whole site' : circuitNames([report.circuitId], site)}
      </th>
      <td data-label="Asked">
        {report.askedKw === null ? askedText(line.asked) : `at most ${words(kilowatts(report.askedKw))}`}
      </td>
      <ReportCells report={report} state={line.state} />
    </tr>
  );
}

interface ReportCellsProps {
  readonly report: PlaceReport | undefined;
  readonly state: EventLine['state'];
}

function ReportCells({ report, state }: ReportCellsProps) {
  return (
    <Fragment>
      <td data-label="Before" class="event-number">
        <Stretch of={report?.before ?? null} />
      </td>
      <td data-label="During" class="event-number">
        <Stretch of={report?.during ?? null} />
      </td>
      <td data-label="After" class="event-number">
        <Stretch of={report?.after ?? null} />
      </td>
      <td data-label="Report">{reportText(report, state)}</td>
    </Fragment>
  );
}

function EventRow({ line, site }: LineProps) {
  const [report, ...others] = line.reports;
  const isOfOne = others.length === 0;
  return (
    <tr data-state={line.state}>
      <th scope="row" class="event-name">
        <span class="event-title">{line.name ?? 'Event without a name'}</span>
        <span class="caption">
          {line.source}
          {line.circuitIds.length > 0 && `, for ${circuitNames(line.circuitIds, site)}`}
        </span>
        {isOfOne && typeof report?.circuitId === 'string' && (
          <span class="event-note">Drawn by {circuitNames([report.circuitId], site)}</span>
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
      {isOfOne ? (
        <ReportCells report={report} state={line.state} />
      ) : (
        <td data-label="Drawn" colSpan={4} class="muted">
          each of its circuits below
        </td>
      )}
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

function reportText(report: PlaceReport | undefined, state: EventLine['state']): string {
  const { delivery = null, deliveryWhy = null } = report ?? {};
  if (delivery === 'sent') return 'Sent';
  if (delivery === 'failed') return `Not sent yet: ${deliveryWhy ?? 'it is tried again'}`;
  if (delivery === 'not-asked') return 'None wanted';
  return state === 'completed' || state === 'returning' ? 'Being measured' : UNKNOWN;
}
