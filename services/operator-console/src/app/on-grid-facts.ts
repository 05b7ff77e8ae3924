import type { RecordBatch, StoredRecord } from '@headroom/event-log';
import type { Result } from '@headroom/kernel';
import type { GridBook, GridNews } from '../ports.ts';

export interface OnGridFactsDeps {
  readonly book: Pick<GridBook, 'take'>;
  readonly decode: (value: Uint8Array) => Result<GridNews | undefined, string>;
  /** Puts a record aside for good, with its reason; resolves once that is durable. */
  readonly park: (record: StoredRecord, reason: string) => Promise<void>;
  /** What is kept of these sites is another. */
  readonly changed: (siteIds: ReadonlySet<string>) => void;
}

/** Keeps what the grid asks, and tells those who look. */
export async function onGridFacts(deps: OnGridFactsDeps, batch: RecordBatch): Promise<void> {
  const news: GridNews[] = [];
  for (const record of batch.records) {
    const decoded = deps.decode(record.value);
    if (decoded.kind === 'err') await deps.park(record, decoded.error);
    else if (decoded.value !== undefined) news.push(decoded.value);
  }
  const last = batch.records.at(-1);
  if (last === undefined) return;
  await deps.book.take(news, { topic: batch.topic, partition: batch.partition, offset: last.offset });
  deps.changed(new Set(news.map(({ siteId }) => siteId)));
}
