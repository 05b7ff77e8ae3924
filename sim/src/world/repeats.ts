import { HEADERS } from '@headroom/contracts';
import type { StoredRecord } from '@headroom/event-log';

/** Whether a record stands in the log already: a gateway that was not told so keeps it, and brings it once more. */
export function createRepeats(): (record: Pick<StoredRecord, 'headers'>) => boolean {
  const seen = new Set<string>();
  return ({ headers }) => {
    const id = headers[HEADERS.eventId] ?? '';
    if (seen.has(id)) return true;
    seen.add(id);
    return false;
  };
}
