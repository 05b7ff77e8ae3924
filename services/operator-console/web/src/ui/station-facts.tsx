import { failureWords } from '../model/failure.ts';
import { clockTimeOrDate } from '../model/format.ts';
import type { EvseLive, LiveSite } from '../model/live-site.ts';
import {
  askedWords,
  partsOf,
  sourceWords,
  type StationCard,
  type StationNote,
  type StationPart,
  toldWords,
} from '../model/station-card.ts';
import { useStation } from '../data/use-station.ts';
import { Instant } from './values.tsx';

export interface StationFactsProps {
  readonly evse: EvseLive;
  readonly site: LiveSite;
}

/** What has been learned of the station of a bay: what it is, what it can do, what is peculiar and what is done about it. */
export function StationFacts({ evse, site }: StationFactsProps) {
  const { value, failure } = useStation(site.siteId, evse.stationId, `${evse.connected} ${evse.state}`);
  return (
    <section class="station" aria-labelledby="station-title">
      <h3 id="station-title">Station {evse.stationId}</h3>
      {failure !== null && (
        <p class="station-told" data-stale="true">
          {failureWords(failure)}
        </p>
      )}
      {value === null ? (
        failure === null && <p class="muted">Reading what is known of it.</p>
      ) : (
        <Known card={value} site={site} />
      )}
    </section>
  );
}

interface KnownProps {
  readonly card: StationCard;
  readonly site: LiveSite;
}

function Known({ card, site }: KnownProps) {
  const told = toldWords(card);
  const asked = askedWords(card, { nowMs: site.atMs, zone: site.timezone });
  return (
    <>
      <p>{card.sentence}</p>
      {told !== null && (
        <p class="station-told" data-stale={card.stale}>
          {told}
        </p>
      )}
      {card.abilities.length > 0 && (
        <details>
          <summary>What it can do</summary>
          <Notes notes={card.abilities} site={site} />
        </details>
      )}
      {partsOf(card).map((part) => (
        <Part key={part.title} part={part} site={site} asked={part.notes === card.found ? asked : null} />
      ))}
    </>
  );
}

interface PartProps {
  readonly part: StationPart;
  readonly site: LiveSite;
  readonly asked: string | null;
}

function Part({ part, site, asked }: PartProps) {
  return (
    <div class="station-part">
      <h4>{part.title}</h4>
      {part.notes.length === 0 ? <p class="muted">{part.empty}</p> : <Notes notes={part.notes} site={site} />}
      {asked !== null && <p class="note-source">{asked}</p>}
    </div>
  );
}

const Notes = ({ notes, site }: { readonly notes: readonly StationNote[]; readonly site: LiveSite }) => (
  <ul class="station-notes">
    {notes.map((note, index) => (
      <Note key={`${note.code} ${index}`} note={note} site={site} />
    ))}
  </ul>
);

function Note({ note, site }: { readonly note: StationNote; readonly site: LiveSite }) {
  const { sentence, does, seen, untilMs } = note;
  const source = sourceWords(note);
  return (
    <li data-note={note.code}>
      <p>
        {sentence}
        {untilMs !== null && (
          <>
            {' Until '}
            <Instant atMs={untilMs} zone={site.timezone} text={clockTimeOrDate(untilMs, site.atMs, site.timezone)} />.
          </>
        )}
      </p>
      {does !== null && <p class="note-does">{does}</p>}
      {seen !== null && <p class="note-source">{seen}</p>}
      {source !== null && <p class="note-source">{source}</p>}
    </li>
  );
}
