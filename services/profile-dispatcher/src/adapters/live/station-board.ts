import { stationViewV1 } from '@headroom/contracts';
import type { LiveState, LiveVersion } from '@headroom/live-state';
import { heldLimitToWire } from '@headroom/site-wire';
import type { Concession, EvseView, StationView } from '../../domain/station-view.ts';
import type { StationBoard, ViewVersion } from '../../ports.ts';
import { readToWire } from '../log/composite-checked.ts';
import { capabilitiesToWire, disobedienceToWire, profilesToWire } from '../log/state-to-wire.ts';
import { maybeWhole, SERVICES, versionToWire, whole } from '../log/wire-words.ts';

/** A station that is not told of for so long has no dispatcher that is alive: its page says so. */
export const VIEW_TTL_MS = 600_000;

const Wire = stationViewV1.ProfileConcession;
const CONCESSIONS: Readonly<Record<Concession, stationViewV1.ProfileConcession>> = {
  'smart-charging-off': Wire.SMART_CHARGING_OFF,
  'no-limits': Wire.NO_LIMITS,
  'no-lease': Wire.NO_LEASE,
  watts: Wire.WATTS,
  'one-period': Wire.ONE_PERIOD,
  'leases-unseen': Wire.LEASES_UNSEEN,
};

/** Live state `station:{stationId}`: this service is its one writer. */
export const createStationBoard = (live: LiveState): StationBoard => ({
  put: async (view, version, atMs) => {
    const value = stationViewV1.StationView.encode(viewToWire(view, atMs)).finish();
    const outcome = await live.put({
      ...{ family: 'station', id: view.stationId, version: liveVersion(version) },
      ...{ value, ttlMs: VIEW_TTL_MS },
    });
    return outcome === 'written';
  },
  remove: async (stationId, version) => {
    await live.remove('station', stationId, liveVersion(version));
  },
});

/** Views that one owner tells: a hundred a second for three years. */
const VIEWS_OF_OWNER = 10n ** 10n;

/** Both numbers of live state have 20 digits: a generation is an instant in milliseconds, and an epoch may have ten. */
const liveVersion = ({ generation, epoch, seq }: ViewVersion): LiveVersion => ({
  epoch: generation,
  offset: epoch * VIEWS_OF_OWNER + (seq < VIEWS_OF_OWNER ? seq : VIEWS_OF_OWNER - 1n),
});

const viewToWire = (view: StationView, atMs: number): stationViewV1.StationView => ({
  ...{ siteId: view.siteId, stationId: view.stationId, toldAtMs: whole(atMs), connected: view.connected },
  vendor: view.traits.identity?.vendor ?? '',
  model: view.traits.identity?.model ?? '',
  firmwareVersion: view.traits.identity?.firmware ?? '',
  ocppVersion: versionToWire(view.traits.version),
  capabilities: view.traits.known && capabilitiesToWire(view.traits.known),
  quirks: view.quirks.map(({ quirk, value, id, says, pack, stations }) => ({
    ...{ quirk, value: `${value}`, id, seen: says, pack, stations },
  })),
  concessions: view.concessions.map((concession) => CONCESSIONS[concession]),
  profiles: view.profiles && profilesToWire(view.profiles),
  profilesReadNextMs: maybeWhole(view.profilesReadNextMs),
  limits: view.limits.map(heldLimitToWire),
  evses: view.evses.map(evseToWire),
});

const evseToWire = (evse: EvseView): stationViewV1.EvseView => ({
  ...{ evse: evse.evse, maxCurrentDeciA: evse.maxCurrent, fallbackDeciA: evse.fallback },
  ...{ proven: evse.proven, countsWithMaximum: evse.countsWithMaximum, singlePeriod: evse.singlePeriod },
  passesPercent: evse.passesPercent,
  disobedience: evse.disobedience && disobedienceToWire(evse.disobedience),
  service: SERVICES[evse.service],
  composite: evse.composite && readToWire(evse.composite),
});
