import { type DeciAmps, deciAmps, type EvseNumber } from '@headroom/kernel';

export type LimitPurpose = 'lease' | 'fallback';

/** Order of commands to a shard, lexicographic (O5): a later owner's first command follows an earlier owner's last. */
export interface CommandOrder {
  readonly epoch: number;
  readonly seq: number;
}

export const isBefore = (a: CommandOrder, b: CommandOrder): boolean =>
  a.epoch === b.epoch ? a.seq < b.seq : a.epoch < b.epoch;

/** A command, and the connection that it was meant for: its gateway writes it on no other (R4). */
export interface Aimed {
  readonly order: CommandOrder;
  /** Undefined: nobody noted it. */
  readonly generation: number | undefined;
}

/**
 * Whether the station surely had the first, if it had it at all, before it took the second. The order alone does not tell: an
 * earlier owner that wakes late may aim at a later connection than the command that a later owner sent before (HO-2).
 */
export const isSurelyBefore = (first: Aimed, second: Aimed): boolean =>
  isBefore(first.order, second.order) && (second.generation ?? -Infinity) >= (first.generation ?? Infinity);

/**
 * What a command id says of its command. The name is readable so that a station's answer is understood whether or not
 * its intent has been read yet: two topics of the log have no order between them.
 */
export interface CommandName {
  readonly purpose: LimitPurpose;
  readonly evse: EvseNumber;
  readonly limit: DeciAmps;
  readonly shard: number;
  readonly order: CommandOrder;
}

/** At most 36 characters, because gateways may use it as the message id of OCPP. */
export const MAX_COMMAND_ID_LENGTH = 36;
const LETTERS: Readonly<Record<LimitPurpose, string>> = { lease: 'l', fallback: 'f' };
const PATTERN = /^([lf])(\d{1,4})-(\d{1,7})-(\d{1,5})-(\d{1,15})-(\d{1,15})$/;

/** Unique over the platform: an epoch belongs to one owner of one shard, a seq to one command of it. */
export const commandId = ({ purpose, evse, limit, shard, order }: CommandName): string =>
  `${LETTERS[purpose]}${evse}-${limit}-${shard}-${order.epoch}-${order.seq}`;

/** Of a question to a station: it limits nothing, so nobody has to read more than that from its name. */
export const questionId = (shard: number, { epoch, seq }: CommandOrder): string => `c${shard}-${epoch}-${seq}`;
export const isQuestion = (commandId: string): boolean => /^c\d{1,5}-\d{1,15}-\d{1,15}$/.test(commandId);

/** Of the question which profiles a station holds; it names no EVSE either. */
export const profilesQuestionId = (shard: number, { epoch, seq }: CommandOrder): string => `p${shard}-${epoch}-${seq}`;
export const isProfilesQuestion = (commandId: string): boolean => /^p\d{1,5}-\d{1,15}-\d{1,15}$/.test(commandId);

/** Of a step of the ladder; `isReading`: the station says what it has, of the EVSE that stands in the name. */
export const actId = (
  evse: EvseNumber,
  shard: number,
  { order: { epoch, seq }, isReading }: { readonly order: CommandOrder; readonly isReading: boolean },
): string => `${isReading ? 'r' : 'a'}${evse}-${shard}-${epoch}-${seq}`;
/** Of the question what the charging profiles of an EVSE come to, beside the ladder. */
export const compositeQuestionId = (evse: EvseNumber, shard: number, { epoch, seq }: CommandOrder): string =>
  `q${evse}-${shard}-${epoch}-${seq}`;
const READING = /^([qr])(\d{1,4})-\d{1,5}-(\d{1,15})-\d{1,15}$/;

export interface ReadingName {
  readonly evse: EvseNumber;
  /** Of the owner who asked. */
  readonly epoch: number;
  /** It was a step of the ladder. */
  readonly isAct: boolean;
}

/** Undefined: it asked for no reading. */
export function readReadingId(commandId: string): ReadingName | undefined {
  const [, letter, evse, epoch] = READING.exec(commandId) ?? [];
  return letter === undefined ? undefined : { evse: Number(evse), epoch: Number(epoch), isAct: letter === 'r' };
}

/** Undefined: not a limit of this service. */
export function readCommandId(text: string): CommandName | undefined {
  const parts = text.length <= MAX_COMMAND_ID_LENGTH ? PATTERN.exec(text) : null;
  if (parts === null) return undefined;
  const [, letter, evse, limit, shard, epoch, seq] = parts;
  return {
    purpose: letter === LETTERS.lease ? 'lease' : 'fallback',
    evse: Number(evse),
    limit: deciAmps(Number(limit)),
    shard: Number(shard),
    order: { epoch: Number(epoch), seq: Number(seq) },
  };
}
