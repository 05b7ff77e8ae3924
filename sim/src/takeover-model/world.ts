import { ampsFromDeciAmps, compareNumbers, type DeciAmps } from '@headroom/kernel';
import type { Scenario, StationName } from './scenario.ts';

/** D1 has epoch 1, D2 takes epoch 2. */
export type Epoch = 1 | 2;

/** Lexicographic: a new epoch starts its seqs anew. */
export interface Order {
  readonly epoch: Epoch;
  readonly seq: number;
}

export type GatewayName = 'G1' | 'G2' | 'G3';

export interface Command extends Order {
  readonly station: StationName;
  readonly limit: DeciAmps;
  readonly decrease: boolean;
}

/** Meant for one connection, from the intent on (R4): behind any other gateway it is refused. */
export interface Sent extends Command {
  readonly through: GatewayName;
}

/** dispatch.facts as D1 and the opening of epoch 2 make it, the oldest first. */
export type LogRecord =
  | ({ readonly kind: 'intended' } & Sent)
  | ({ readonly kind: 'never-written' } & Command)
  | { readonly kind: 'epoch-opened'; readonly epoch: Epoch };

/** In the memory of a gateway's process, and gone with it. */
export interface GatewayMemory {
  /** The highest epoch it knows; undefined since it started. */
  readonly epoch: Epoch | undefined;
  /** What it wrote to its station, the oldest first. */
  readonly written: readonly Sent[];
}

export interface NewDispatcher {
  /** Index into the order of take-over. */
  readonly step: number;
  /** Records of the log that it has read. */
  readonly read: number;
  /** Where each station hangs, as far as it has read. */
  readonly known: Readonly<Record<StationName, GatewayName>>;
  /** They have confirmed the fence. */
  readonly fenced: readonly GatewayName[];
  /** They were silent for too long. */
  readonly givenUp: readonly GatewayName[];
  /** What gateways said that they wrote last. */
  readonly told: readonly Sent[];
  /** Its own intents. They stand in the log as well, where only D2 would count them, and it knows them without reading. */
  readonly intended: readonly Sent[];
  /** Its command to lower the other station was answered. */
  readonly answered: boolean;
}

/** Everything there is. Station A hangs behind gateway G1, B behind G2; in some scenarios A dials G3. */
export interface World {
  /** Highest epoch in the table of epochs. */
  readonly table: Epoch;
  readonly log: readonly LogRecord[];
  /** Sent and not yet arrived: in any order, at any time, or never. */
  readonly flying: readonly Sent[];
  readonly gateways: Readonly<Record<GatewayName, GatewayMemory>>;
  /** Where each station hangs. */
  readonly hangsAt: Readonly<Record<StationName, GatewayName>>;
  readonly crashesLeft: number;
  /** The limit that each station obeys; it outlives the gateway. */
  readonly obeyed: Readonly<Record<StationName, DeciAmps>>;
  /** Commands that a station has taken and answered, of those whose answers somebody awaits. */
  readonly answers: readonly Command[];
  /** Actions of its programme that D1 has done. */
  readonly staleDone: number;
  /** D1 has fenced itself, and what it sent is too late to be written. */
  readonly staleOver: boolean;
  /** Refusals on their way back to D1. */
  readonly refused: readonly Command[];
  readonly fresh: NewDispatcher;
}

const FIRST_PLACES = { A: 'G1', B: 'G2' } as const;

export function initialWorld({ fallback, heldByA, crashes }: Scenario): World {
  const first = { epoch: 1, seq: 1, station: 'A', decrease: false, through: FIRST_PLACES.A } as const;
  const held: readonly Sent[] = heldByA === undefined ? [] : [{ ...first, limit: heldByA }];
  return {
    table: 1,
    log: held.map((command) => ({ kind: 'intended', ...command })),
    flying: [],
    gateways: { G1: { epoch: 1, written: held }, G2: { epoch: 1, written: [] }, G3: { epoch: 1, written: [] } },
    hangsAt: FIRST_PLACES,
    crashesLeft: crashes,
    obeyed: { A: heldByA ?? fallback, B: fallback },
    answers: [],
    staleDone: 0,
    staleOver: false,
    refused: [],
    fresh: { step: 0, read: 0, known: FIRST_PLACES, fenced: [], givenUp: [], told: [], intended: [], answered: false },
  };
}

export const STATIONS: readonly StationName[] = ['A', 'B'];
export const otherOf = (station: StationName): StationName => (station === 'A' ? 'B' : 'A');
/** G3 only where a station may come to it. */
export const gatewaysOf = ({ dials }: Scenario): readonly GatewayName[] =>
  dials === 'never' ? ['G1', 'G2'] : ['G1', 'G2', 'G3'];

export const compareOrder = (left: Order, right: Order): number =>
  compareNumbers(left.epoch, right.epoch) || compareNumbers(left.seq, right.seq);
export const isSame = (left: Order, right: Order): boolean => compareOrder(left, right) === 0;

/** In one order, so that worlds that are the same look the same. */
export const withCommand = <Known extends Command>(commands: readonly Known[], command: Known): readonly Known[] =>
  [...commands, command].toSorted(compareOrder);

/** Takes out one copy. */
export function withoutCommand<Known extends Command>(commands: readonly Known[], command: Command): readonly Known[] {
  const index = commands.findIndex((known) => isSame(known, command));
  return commands.filter((_, at) => at !== index);
}

export const amps = (limit: DeciAmps): string => `${ampsFromDeciAmps(limit)} A`;
/** `1.2` is the second command of epoch 1. */
export const named = ({ station, limit, epoch, seq }: Command): string => `${station} ${amps(limit)} (${epoch}.${seq})`;
