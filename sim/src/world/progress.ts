export interface ProgressOptions {
  readonly total: number;
  readonly monoMs: () => number;
  /** A terminal; undefined: nobody watches. */
  readonly write: ((text: string) => void) | undefined;
  /** A file that somebody looks into now and then; undefined: nobody does. */
  readonly note?: ((line: string) => void) | undefined;
}

/** One line at the end of the terminal that says how far a batch is. */
export interface Progress {
  show(done: number, failed: number): void;
  /** Before anything else is written. */
  clear(): void;
}

const REDRAW_MS = 200;
/** Of a run of hours a file shows some dozens of lines. */
const NOTE_EVERY_MS = 300_000;
const MINUTE_S = 60;
const HOUR_S = 3_600;
const START_OF_LINE = '\r\u001b[K';

export function createProgress({ total, monoMs, write, note }: ProgressOptions): Progress {
  const begunMs = monoMs();
  let drawnMs = Number.NEGATIVE_INFINITY;
  let notedMs = begunMs;
  return {
    show(done, failed) {
      const nowMs = monoMs();
      if (note !== undefined && nowMs - notedMs >= NOTE_EVERY_MS && done < total) {
        notedMs = nowMs;
        note(progressLine({ total, done, failed, tookMs: nowMs - begunMs }));
      }
      if (write === undefined || nowMs - drawnMs < REDRAW_MS) return;
      drawnMs = nowMs;
      write(`${START_OF_LINE}${progressLine({ total, done, failed, tookMs: nowMs - begunMs })}`);
    },
    clear() {
      write?.(START_OF_LINE);
      drawnMs = Number.NEGATIVE_INFINITY;
    },
  };
}

export interface Sofar {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
  readonly tookMs: number;
}

/** `37 of 2000 seeds, 1 failed, 31.2 a minute, about 63 min left`, and 7.4 h of what takes hours. */
export function progressLine({ total, done, failed, tookMs }: Sofar): string {
  const perMinute = tookMs === 0 ? 0 : (done * 60_000) / tookMs;
  const leftS = done === 0 ? undefined : (((total - done) * tookMs) / done) * 0.001;
  const left = leftS === undefined ? '' : `, about ${durationText(leftS)} left`;
  return `${done} of ${total} seeds, ${failed} failed, ${perMinute.toFixed(1)} a minute${left}`;
}

function durationText(s: number): string {
  if (s < MINUTE_S) return `${Math.ceil(s)} s`;
  return s < 2 * HOUR_S ? `${Math.ceil(s / MINUTE_S)} min` : `${(s / HOUR_S).toFixed(1)} h`;
}
