/** What D2 does to take over, one after the other. */
export type TakeOverStep =
  /** The table of epochs gives it 2. */
  | 'take-epoch'
  /** It appends `EpochOpened` to dispatch.facts. */
  | 'open-epoch'
  /** It reads dispatch.facts up to its own `EpochOpened`. */
  | 'replay-to-opening'
  /** Every gateway confirms that it knows the new epoch. */
  | 'fence-gateways'
  /** The same, but one that is silent is given up: its station is sent nothing any more. */
  | 'fence-or-give-up'
  /** The same as `fence-gateways`, and every gateway says with it what it wrote last. */
  | 'fence-and-ask'
  /** It reads dispatch.facts to the end that it has now. */
  | 'read-to-end'
  /** From here on it may increase. Decreases it may send from its first reading on. */
  | 'raise';

/** The rules of the platform that the model can bend, one at a time. */
export interface Rules {
  readonly takeOver: readonly TakeOverStep[];
  readonly intents: 'before-send' | 'after-send';
  /** Intents of a lower epoch that stand in the log behind a higher `EpochOpened`. */
  readonly lateIntents: 'count' | 'drop';
  /** What a gateway passes while it knows no epoch. */
  readonly withoutEpoch: 'up-to-fallback' | 'decreases';
  /** How a gateway that knows no epoch comes to know one, beside the fence. */
  readonly learnsEpoch: 'from-table' | 'from-first-command';
  /** How long D2 waits for a gateway before it gives it up: until nothing of D1 can be written any more, or less. */
  readonly patience: 'until-D1-is-over' | 'shorter';
  /** What a refusal is taken to prove never written: this attempt, or every attempt of the same limit so far. */
  readonly refusalProves: 'its-attempt' | 'its-limit';
  /** Which older commands to its station an answer takes away: all, or those that were not meant for a later connection. */
  readonly answerClears: 'all-older' | 'of-no-later-connection';
  /** Which gateways D2 fences: all that there are, or those that a station hangs behind as far as it has read. */
  readonly fences: 'every-gateway' | 'known-gateways';
  /** What D2, before its first increase, makes of a gateway that it reads of later. */
  readonly laterGateway: 'fenced-and-read-again' | 'fenced' | 'let-be';
  /** When D2 reads that a station has dialled another gateway. */
  readonly hearsOfDial: 'some-time' | 'at-once';
  /** How long D1 appends and sends (OW-30). What it has sent may arrive at any time after that. */
  readonly staleActs: 'at-any-time' | 'before-D2-has-the-shard';
}

/** HO-2's order. */
const PROVEN_ORDER = [
  'take-epoch',
  'open-epoch',
  'replay-to-opening',
  'fence-gateways',
  'read-to-end',
  'raise',
] as const satisfies readonly TakeOverStep[];

export const PROVEN_RULES: Rules = {
  takeOver: PROVEN_ORDER,
  intents: 'before-send',
  lateIntents: 'count',
  withoutEpoch: 'up-to-fallback',
  learnsEpoch: 'from-table',
  patience: 'until-D1-is-over',
  refusalProves: 'its-attempt',
  answerClears: 'of-no-later-connection',
  fences: 'every-gateway',
  laterGateway: 'fenced-and-read-again',
  hearsOfDial: 'some-time',
  staleActs: 'at-any-time',
};
