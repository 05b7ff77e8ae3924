import { assertNever } from '@headroom/kernel';
import { type GridEvent, noted, reported } from '../../domain/grid-event.ts';
import type { GridSource, GridTimeline } from '../../domain/site-grid.ts';
import type { GridNews } from '../../ports.ts';

/** The group whose positions stand beside what it has read. */
export const CONSUMER = 'operator-console';

/** Which event of a site. */
export interface EventKey {
  readonly siteId: string;
  readonly source: string;
  readonly key: string;
}

/** Whose timeline. */
export interface TimelineKey {
  readonly siteId: string;
  /** Absent: of the grid connection. */
  readonly circuitId?: string;
}

/** Rows of one turn. */
export interface GridRows {
  event(of: EventKey): Promise<GridEvent | undefined>;
  putEvent(of: EventKey, event: GridEvent): Promise<void>;
  /** A state that is older than the one there changes nothing. */
  putSource(siteId: string, source: GridSource): Promise<void>;
  /** Likewise a timeline of a lower version. */
  putTimeline(of: TimelineKey, timeline: GridTimeline): Promise<void>;
}

const KEY_CHARS_MAX = 200;

/** An object without an id that can be read is known by what is wrong with it. */
const keyOf = (eventId: string, sentence: string): string =>
  (eventId === '' ? `? ${sentence}` : `=${eventId}`).slice(0, KEY_CHARS_MAX);

/** One piece of news, on rows of whichever store. */
export async function takeNews(rows: GridRows, news: GridNews): Promise<void> {
  const { siteId } = news;
  switch (news.kind) {
    case 'note': {
      const { note } = news;
      const of = { siteId, source: note.source, key: keyOf(note.eventId, note.sentence) };
      return await rows.putEvent(of, noted(await rows.event(of), note));
    }
    case 'report': {
      const { report } = news;
      const of = { siteId, source: report.source, key: keyOf(report.eventId, '') };
      return await rows.putEvent(of, reported(await rows.event(of), report));
    }
    case 'source':
      return await rows.putSource(siteId, news.source);
    case 'timeline':
      return await rows.putTimeline(news, news.timeline);
    default:
      return assertNever(news);
  }
}
