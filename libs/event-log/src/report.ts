/**
 * What an adapter has to say that is nobody's answer: a batch that failed, a consumer that crashed, a jump of an offset.
 * Rare by nature, never one a record.
 */
export type LogReport = (event: string, fields: Readonly<Record<string, string | number>>) => void;

export const SILENT: LogReport = () => {};

export const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

const REPEAT_AFTER_MS = 10_000;
/** Different lines remembered at most; then all are said again. */
export const REMEMBERED_LINES = 200;

/** Says the same thing once in ten seconds, with how often it was held back: an outage repeats itself 100 times a second. */
export function calm(report: LogReport, monoMs: () => number): LogReport {
  const said = new Map<string, { untilMs: number; heldBack: number }>();
  return (event, fields) => {
    const line = `${event} ${fields['topic'] ?? ''} ${fields['why'] ?? ''}`;
    const nowMs = monoMs();
    const before = said.get(line);
    if (before !== undefined && nowMs < before.untilMs) {
      before.heldBack += 1;
      return;
    }
    if (said.size >= REMEMBERED_LINES) said.clear();
    said.set(line, { untilMs: nowMs + REPEAT_AFTER_MS, heldBack: 0 });
    report(event, before === undefined || before.heldBack === 0 ? fields : { ...fields, heldBack: before.heldBack });
  };
}
