import { type EvseId, evseId, stationId } from '@headroom/kernel';
import { RpcError } from '@headroom/rpc';

/** Longest id of a site or a station that is looked at. */
export const ID_CHARS_MAX = 128;
const EVSE_MAX = 1_000;

export function evseIdOf({ stationId: station, evse }: { readonly stationId: string; readonly evse: number }): EvseId {
  const isOne = station !== '' && station.length <= ID_CHARS_MAX && evse >= 1 && evse <= EVSE_MAX;
  if (!isOne) throw new RpcError('invalid-argument', 'That is no EVSE: a station and a number from 1 on.');
  return evseId(stationId(station), evse);
}
