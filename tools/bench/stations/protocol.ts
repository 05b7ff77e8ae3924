import type { HeardCommand } from './thin-station.ts';

/** What the bench tells the process of its stations; each order is answered once, by its `n`. */
export type Order =
  | {
      readonly kind: 'connect';
      readonly ocppUrl: string;
      readonly stations: readonly { readonly stationId: string; readonly password: string }[];
      /** Absent: they boot and stay idle. */
      readonly card?: string;
    }
  /** Closes all but the first `keep` that connected. */
  | { readonly kind: 'close'; readonly keep: number }
  /** Open loop: messages are due at that rate, over the stations in turn, whether or not earlier ones are answered. */
  | { readonly kind: 'open'; readonly perS: number; readonly seconds: number; readonly warmS: number }
  /** Closed loop: each station sends the next once the last is answered. */
  | { readonly kind: 'closed'; readonly seconds: number; readonly warmS: number }
  /** From now on each charging station sends meter values every so often, spread evenly. 0 ends it. */
  | { readonly kind: 'metering'; readonly everyMs: number }
  /** The commands heard since the last such question. */
  | { readonly kind: 'commands' };

export interface LoadResult {
  /** All that were sent, warm-up included. */
  readonly sent: number;
  readonly answered: number;
  /** Of them, those that were answered after the warm-up. */
  readonly answeredWarm: number;
  /** Answered a second between the warm-up and the end. */
  readonly answeredPerS: number;
  /** ms from the instant at which a message was due until its answer was read, ascending; of those due after the warm-up. */
  readonly latenciesMs: readonly number[];
}

export type Report =
  | { readonly kind: 'done' }
  | { readonly kind: 'load'; readonly load: LoadResult }
  | { readonly kind: 'commands'; readonly commands: readonly HeardCommand[] }
  | { readonly kind: 'failed'; readonly why: string };

export interface Numbered<T> {
  readonly n: number;
  readonly body: T;
}
