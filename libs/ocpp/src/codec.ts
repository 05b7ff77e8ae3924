import type {
  CommandOutcome,
  ErrorAnswer,
  OcppVersion,
  RequestRefusal,
  StationAnswer,
  StationCommand,
} from './canonical.ts';
import type { Wording } from './from-canonical.ts';
import { type JsonObject, textAt } from './json.ts';
import type { Reading } from './to-canonical.ts';
import { errorFor as errorFor16 } from './v16/errors.ts';
import { answerPayload as answerPayload16, commandCalls as commandCalls16 } from './v16/from-canonical.ts';
import { toCanonical as toCanonical16 } from './v16/to-canonical.ts';
import { errorFor as errorFor201 } from './v201/errors.ts';
import { answerPayload as answerPayload201, commandCalls as commandCalls201 } from './v201/from-canonical.ts';
import { toCanonical as toCanonical201 } from './v201/to-canonical.ts';
import { answerPayload as answerPayload21, commandCalls as commandCalls21 } from './v21/from-canonical.ts';
import { toCanonical as toCanonical21 } from './v21/to-canonical.ts';

/** Everything in which the versions differ. */
export interface Codec {
  readonly version: OcppVersion;
  toCanonical(action: string, payload: JsonObject, receivedAtMs: number): Reading;
  answerPayload(action: string, answer: StationAnswer): object;
  commandCalls(command: StationCommand): Wording;
  errorFor(refusal: RequestRefusal): ErrorAnswer;
}

const CODECS: Readonly<Record<OcppVersion, Codec>> = {
  'ocpp1.6': {
    version: 'ocpp1.6',
    toCanonical: toCanonical16,
    answerPayload: answerPayload16,
    commandCalls: commandCalls16,
    errorFor: errorFor16,
  },
  'ocpp2.1': {
    version: 'ocpp2.1',
    toCanonical: toCanonical21,
    answerPayload: answerPayload21,
    commandCalls: commandCalls21,
    errorFor: errorFor201,
  },
  'ocpp2.0.1': {
    version: 'ocpp2.0.1',
    toCanonical: toCanonical201,
    answerPayload: answerPayload201,
    commandCalls: commandCalls201,
    errorFor: errorFor201,
  },
};

export const codecOf = (version: OcppVersion): Codec => CODECS[version];

/** Actions whose answer waits for the log, and which never get an error for a rule of business (R5, R10). */
const TRANSACTION_ACTIONS: ReadonlySet<string> = new Set([
  'StartTransaction',
  'StopTransaction',
  'MeterValues',
  'TransactionEvent',
]);

export const isTransactionAction = (action: string): boolean => TRANSACTION_ACTIONS.has(action);

/** What a CALLRESULT to a command means. Anything but the word Accepted is no acceptance. */
export function commandOutcome(payload: JsonObject): CommandOutcome {
  const status = textAt(payload, 'status');
  if (status === 'Accepted') return { kind: 'accepted', detail: status };
  if (status === undefined) return { kind: 'failed', detail: 'the answer has no status' };
  return { kind: 'rejected', detail: status };
}
