import type { Json } from '../../json.ts';
import { numberAt, objectAt } from '../../json.ts';
import { type CommandHandler, type Dialect, type Reply, result, type StationActions } from '../dialect.ts';
import { dialect201 } from '../v201/dialect.ts';

/** K28: of a Dynamic profile the limit alone is told anew. This station knows none for single phases, and no setpoints. */
function updateDynamicSchedule(payload: Json, actions: StationActions): Reply {
  const id = numberAt(payload, 'chargingProfileId');
  const limit = numberAt(objectAt(payload, 'scheduleUpdate') ?? {}, 'limit');
  if (id === undefined || limit === undefined) {
    return { kind: 'error', code: dialect201.formationError, description: 'chargingProfileId or a limit is missing' };
  }
  const { accepted, reason } = actions.updateLimit({ id, limit, raw: payload });
  if (accepted) return result({ status: 'Accepted' });
  const statusInfo = { reasonCode: 'InvalidProfile', additionalInfo: reason ?? 'refused' };
  return result({ status: 'Rejected', statusInfo });
}

const commands: ReadonlyMap<string, CommandHandler> = new Map([
  ...dialect201.commands,
  ['UpdateDynamicSchedule', updateDynamicSchedule],
]);

/** OCPP 2.1: for all that this station does in the words of 2.0.1; a profile may say how long it holds without its CSMS. */
export const dialect21: Dialect = { ...dialect201, commands, version: '2.1', subprotocol: 'ocpp2.1' };
