import type { StationId } from '@headroom/kernel';
import type { LogRecord } from '../ports.ts';
import type { DurableWrite, WriteOutcome } from './durable-write.ts';

/** Records of one station written at once. */
const MAX_LINE_BATCH = 50;

export interface LineEntry {
  readonly record: LogRecord;
  /** Given: somebody waits for the outcome, and repeats the record himself where it is not durable. Else it keeps its place. */
  readonly tell?: (outcome: WriteOutcome) => void;
}

/** One line for each station: its records become durable one batch after the other, so that they keep their order. */
export interface StationLines {
  add(entry: LineEntry): void;
  /** Tries what was not durable again. */
  retry(): void;
  /** Records that keep their place until they are durable. */
  readonly kept: number;
  /** Resolves once nothing is being written. */
  idle(): Promise<void>;
}

interface Line {
  entries: LineEntry[];
  running: boolean;
}

export interface StationLinesDeps {
  readonly write: DurableWrite;
  /** A record that can never be written, for which nobody waits. */
  readonly onRefused: (record: LogRecord) => void;
}

export function createStationLines(deps: StationLinesDeps): StationLines {
  const lines = new Map<StationId, Line>();
  const running = new Set<Promise<void>>();
  let kept = 0;

  function leave(line: Line, gone: readonly LineEntry[], outcome: WriteOutcome): void {
    line.entries = line.entries.filter((entry) => !gone.includes(entry));
    for (const { record, tell } of gone) {
      if (tell !== undefined) tell(outcome);
      else {
        kept -= 1;
        if (outcome === 'refused') deps.onRefused(record);
      }
    }
  }

  async function drain(stationId: StationId, line: Line): Promise<void> {
    let oneByOne = false;
    let trying = true;
    while (trying) {
      const batch = line.entries.slice(0, oneByOne ? 1 : MAX_LINE_BATCH);
      const outcome = await deps.write(
        stationId,
        batch.map((entry) => entry.record),
      );
      if (outcome === 'refused' && batch.length > 1) {
        // One of them cannot be written: it must not take the others with it.
        oneByOne = true;
        continue;
      }
      const gone = outcome === 'unavailable' ? batch.filter((entry) => entry.tell !== undefined) : batch;
      leave(line, gone, outcome);
      // After a failure only what came meanwhile, and is waited for, is worth another attempt before the next retry.
      const rest = outcome === 'unavailable' ? line.entries.filter((entry) => entry.tell !== undefined) : line.entries;
      trying = rest.length > 0;
    }
    line.running = false;
    if (line.entries.length === 0) lines.delete(stationId);
  }

  function run(stationId: StationId, line: Line): void {
    if (line.running) return;
    line.running = true;
    const work = drain(stationId, line);
    running.add(work);
    void work.finally(() => running.delete(work));
  }

  return {
    add(entry) {
      const { stationId } = entry.record;
      const line = lines.get(stationId) ?? { entries: [], running: false };
      lines.set(stationId, line);
      const first = line.entries.length === 0;
      line.entries.push(entry);
      if (entry.tell === undefined) kept += 1;
      // Behind what waits for the next retry nothing is gained by trying now, but for one who waits.
      if (first || entry.tell !== undefined) run(stationId, line);
    },
    retry() {
      for (const [stationId, line] of lines) run(stationId, line);
    },
    get kept() {
      return kept;
    },
    async idle() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}
