import type { EffectiveLimit } from '../profiles/store.ts';
import type { OutsideStore } from './outside-store.ts';
import type { BayStatus, TransactionMessage, WireTransaction } from './dialect.ts';
import type { HeedConfig } from './heed.ts';
import type { Ledger } from './ledger.ts';
import type { OutputConfig } from './output.ts';

export interface BayDeps extends HeedConfig, OutputConfig {
  readonly evse: number;
  /** What the register shows when the station is new to us. */
  readonly registerStartWh: number;
  readonly nowMs: () => number;
  /** Station clock minus platform clock. */
  readonly skewMs: () => number;
  readonly store: OutsideStore;
  readonly ledger: Ledger;
  /** Real stations report a change of rate at once; without it the next periodic sample tells. */
  readonly sampleOnChange: boolean;
  readonly sampleS: () => number;
  readonly sharers: () => number;
  readonly isOnline: () => boolean;
  readonly say: (message: TransactionMessage) => void;
  readonly statusChanged: (status: BayStatus) => void;
  /** A transaction begins; the turn goes on to say what its car takes. */
  readonly turnBegan: (turn: CarTurn) => void;
  /** How fast its pilot rises, A a second (H88). */
  readonly pilotRisesAPerS: number;
  /** It measures what flows back. */
  readonly takesSetpoints: boolean;
}

/** What the car of one transaction took, by its own reckoning. */
export interface CarTurn {
  /** Its id is known once it is: in OCPP 1.6 by the answer to its start. */
  readonly transaction: Readonly<WireTransaction>;
  tookWh: number;
  /** What it gave back. */
  gaveWh: number;
  /** Platform clock. */
  endedAtMs?: number;
}

/** What an EVSE may draw and draws: the part of its view that somebody looks at all the time. */
export interface BayLoad {
  readonly plugged: boolean;
  /** A transaction does. */
  readonly runs: boolean;
  readonly obeyed: EffectiveLimit;
  /** What it does in its place, A per phase; absent: it keeps to it (H78, H80). */
  readonly doesA?: number;
  readonly offeredA: number;
  /** Per socket phase that carries current. */
  readonly currentA: number;
  /** The same of what its car gives back. */
  readonly givesA: number;
  readonly phasesUsed: number;
  /** Of a car that may give back. */
  readonly battery?: { readonly heldWh: number; readonly keepWh: number };
  /** An energy manager beside the platform lets it offer less than what it obeys. */
  readonly isHeldDown: boolean;
  /** What its car would take now without any limit of its central system, A per used phase; 0 without a transaction, or told to give back. */
  readonly wantsA: number;
}

export interface BayView extends BayLoad {
  readonly evse: number;
  readonly status: BayStatus;
  readonly transaction?: { readonly key: string; readonly id?: string; readonly idToken: string };
  readonly powerW: number;
  readonly registerWh: number;
  readonly deliveredWh: number;
  readonly givenBackWh: number;
  readonly soc?: number;
  readonly full: boolean;
}

export interface RunningTx extends WireTransaction {
  readonly startedAtMs: number;
  seqNo: number;
  lastSampleAtMs: number;
  /** When the limit last changed, and when the extra sample of that change is due. */
  changedAtMs: number;
  changeSampleAtMs: number;
  awaitsSettling: boolean;
}

export interface StartRequest {
  readonly key: string;
  readonly id?: string;
  readonly idToken: string;
  readonly remoteStartId?: number;
}
