import { commonV1, stationV1 } from '@headroom/contracts';
import type { GridPhase } from '@headroom/kernel';
import type { ChargingState, ConnectorStatus } from '../../domain/facts.ts';

const { ConnectorStatus: Status, ChargingState: State } = stationV1;

/** Both ways: what we mean, and its name on the wire. A value of a later release has none. */
export const STATUSES = pairs<ConnectorStatus, stationV1.ConnectorStatus>(
  [
    ['available', Status.AVAILABLE],
    ['occupied', Status.OCCUPIED],
    ['preparing', Status.PREPARING],
    ['charging', Status.CHARGING],
    ['suspended-ev', Status.SUSPENDED_EV],
    ['suspended-evse', Status.SUSPENDED_EVSE],
    ['finishing', Status.FINISHING],
    ['reserved', Status.RESERVED],
    ['unavailable', Status.UNAVAILABLE],
    ['faulted', Status.FAULTED],
  ],
  Status.UNSPECIFIED,
);

export const CHARGING_STATES = pairs<ChargingState, stationV1.ChargingState>(
  [
    ['idle', State.IDLE],
    ['ev-connected', State.EV_CONNECTED],
    ['charging', State.CHARGING],
    ['suspended-ev', State.SUSPENDED_EV],
    ['suspended-evse', State.SUSPENDED_EVSE],
  ],
  State.UNSPECIFIED,
);

export const PHASES = pairs<GridPhase, commonV1.GridPhase>(
  [
    ['l1', commonV1.GridPhase.L1],
    ['l2', commonV1.GridPhase.L2],
    ['l3', commonV1.GridPhase.L3],
  ],
  commonV1.GridPhase.UNSPECIFIED,
);

interface Pairs<Ours, Wire> {
  /** Undefined: a value of a later release. */
  readonly ours: (wire: Wire) => Ours | undefined;
  readonly wire: (ours: Ours) => Wire;
}

function pairs<Ours extends string, Wire extends number>(
  all: readonly (readonly [Ours, Wire])[],
  unspecified: Wire,
): Pairs<Ours, Wire> {
  const toOurs = new Map(all.map(([ours, wire]) => [wire, ours]));
  const toWire = new Map(all);
  return { ours: (wire) => toOurs.get(wire), wire: (ours) => toWire.get(ours) ?? unspecified };
}
