import { type FinishedSpan, newestTrace, traceLines } from '@headroom/telemetry';

/** A frame that led to a command whose station has answered. */
export const WHOLE = ['station frame', 'command to station', 'take answer'];

/** What one process of the stack holds; undefined: it does not answer. */
export type Heard = ReadonlyMap<string, readonly FinishedSpan[] | undefined>;

export interface Report {
  /** The trace, to be printed; empty: there is none. */
  readonly lines: readonly string[];
  /** What a reader should know about it, or why there is none. */
  readonly notes: readonly string[];
}

export const NO_STACK =
  'No stack runs here: npm run stack starts one. (npm start is one process, and keeps no traces.)';

export const UNREADABLE =
  'The list of processes that the stack has written cannot be read: start it again, npm run stack.';

/** The newest trace of all processes together. */
export function reportOf(heard: Heard): Report {
  const silent = [...heard].flatMap(([name, spans]) => (spans === undefined ? [name] : []));
  if (silent.length === heard.size)
    return {
      lines: [],
      notes: [
        `The last stack that ran here has ended: none of its ${heard.size} processes answers. npm run stack starts one.`,
      ],
    };
  const missing =
    silent.length === 0 ? [] : [`No answer from ${silent.join(', ')}: what they did is missing in the tree.`];
  const trace = newestTrace(
    [...heard.values()].flatMap((spans) => spans ?? []),
    WHOLE,
  );
  if (trace === undefined)
    return {
      lines: [],
      notes: [
        ...missing,
        'Nothing was traced yet. One in twenty of the frames of stations is (HEADROOM_TRACE_SAMPLE_RATIO); wait a minute.',
      ],
    };
  const isWhole = WHOLE.every((name) => trace.some((span) => span.name === name));
  const partly = isWhole
    ? []
    : [
        'No trace has come back from a station yet. This is the newest one: its frame led to no command that a station has answered.',
      ];
  const head = `trace ${trace[0]?.traceId ?? ''}: service, what it did, since the first began, how long it took, with what`;
  return { lines: [head, ...traceLines(trace)], notes: [...missing, ...partly] };
}
