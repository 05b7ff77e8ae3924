import type { EpochMs, Result } from '@headroom/kernel';
import type { Wiring } from './domain/draw-book.ts';
import type { EventReport } from './domain/event-report.ts';
import type { SignalTarget } from './domain/grid-signal.ts';
import type { Period } from './domain/period.ts';
import type { SourceMemory } from './domain/source-memory.ts';
import type { Segment } from './domain/timeline.ts';

export interface VtnRequest {
  readonly url: string;
  /** Sent as it is; absent: none. */
  readonly bearer?: string;
  /** Default: POST with a form, else GET. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  readonly json?: object;
  readonly form?: Readonly<Record<string, string>>;
}

export interface VtnReply {
  readonly status: number;
  /** What JSON.parse made of the body. Only of a 2xx that has one. */
  readonly body: unknown;
  /** Given: there is a body, and why it could not be read. */
  readonly unread?: Unread;
}

/** It has more bytes than so many, or it says that it is JSON and is not. */
export type Unread = { readonly kind: 'too-large'; readonly mostBytes: number } | { readonly kind: 'no-json' };

/** HTTP as far as a VEN needs it. Bounded in time and size; never rejects: why there is no reply is one sentence, without secrets. */
export interface VtnHttp {
  ask(request: VtnRequest): Promise<Result<VtnReply, string>>;
}

/** Where the VTN of a source may call us. */
export interface Callback {
  /** The address that the VTN is told. */
  readonly url: string;
  /** By which it proves itself; known to nobody else. */
  readonly bearer: string;
  close(): void;
}

export interface Callbacks {
  /** Opens the way for the VTN of a source, with a new secret; an earlier one of that source is shut. `notified`: it has called. */
  open(source: string, notified: () => void): Callback;
}

/** What the site bears by itself, in watts over all phases, and what lies below which of its circuits. */
export interface OwnLimits {
  readonly siteId: string;
  readonly siteW: number;
  readonly circuitsW: ReadonlyMap<string, number>;
  readonly wiring: Wiring;
}

export interface SourceSave {
  readonly name: string;
  readonly memory: SourceMemory;
  /** False: nothing but `lastHeardMs` has changed since it was saved last. */
  readonly isChanged: boolean;
}

/** Grows by one with each instance that takes over. */
export type Term = number;

/** What survives a restart, and who acts. Rejects with `TurnStoreError`. */
export interface GridStore {
  /** Becomes or stays the only instance that acts, for `forMs` from now by the store's own clock. Undefined: another one is. */
  hold(holder: string, forMs: number): Promise<Term | undefined>;
  /** Another one may act at once. */
  release(holder: string): Promise<void>;
  load(): Promise<ReadonlyMap<string, SourceMemory>>;
  /**
   * All of it or nothing. Gives the next version of each target, by the keys given. Undefined: the term is over, nothing was saved, and what
   * was to be published must not be.
   */
  save(
    term: Term,
    what: { readonly sources: readonly SourceSave[]; readonly targetKeys: readonly string[] },
  ): Promise<ReadonlyMap<string, number> | undefined>;
  /** Undefined: the last use was answered. Else why not, in words. */
  trouble(): string | undefined;
  close(): Promise<void>;
}

export type SourceState = 'heard' | 'lost' | 'never-heard';

/** What people read of an event. */
export interface EventNote {
  readonly source: string;
  /** Empty: the object had none that could be read. */
  readonly eventId: string;
  readonly programId: string;
  readonly programName: string;
  readonly eventName?: string;
  readonly priority?: number;
  readonly kind: 'set' | 'cancelled' | 'refused' | 'unrouted';
  readonly modifiedAtMs?: EpochMs;
  readonly notedAtMs: EpochMs;
  readonly periods: readonly Period[];
  /** Why it is not acted on; empty: it is. */
  readonly sentence: string;
  /** Circuits that are asked, where the site as a whole is not. Absent: the grid connection is. */
  readonly circuitIds?: readonly string[];
}

export interface Timeline {
  readonly target: SignalTarget;
  readonly version: number;
  readonly publishedAtMs: EpochMs;
  readonly segments: readonly Segment[];
}

/** Whether the VTN has the report. */
export type Delivery = 'not-asked' | 'sent' | 'failed';

export type GridFact =
  | { readonly kind: 'timeline'; readonly timeline: Timeline }
  | {
      readonly kind: 'source';
      readonly siteId: string;
      readonly source: string;
      readonly state: SourceState;
      readonly sentence: string;
      readonly atMs: EpochMs;
      readonly lastHeardMs?: EpochMs;
    }
  | {
      readonly kind: 'report';
      readonly siteId: string;
      /** Absent: of the site as a whole. */
      readonly circuitId?: string;
      readonly report: EventReport;
      readonly delivery: Delivery;
      /** Why it was not delivered, or what was odd about the answer. */
      readonly sentence: string;
      readonly atMs: EpochMs;
    }
  | { readonly kind: 'note'; readonly siteId: string; readonly note: EventNote };

/** What others hear: grid.facts. Resolves once all are durable; rejects with `EventLogError`. */
export interface GridFacts {
  /** `traceparent`: W3C Trace Context of what they follow from; absent: not traced. */
  publish(facts: readonly GridFact[], traceparent?: string): Promise<void>;
}
