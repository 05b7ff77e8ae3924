import { dispatchStateV1, dispatchV1, stationV1, stationViewV1 } from '@headroom/contracts';
import { deciAmps, siteId, stationId } from '@headroom/kernel';
import { heldLimitFromWire, stepFromWire } from '@headroom/site-wire';
import type {
  Abilities,
  CompositeLearned,
  Concession,
  DisobedienceLearned,
  EvseLearned,
  ProfileFinding,
  StationLearned,
  StationVersion,
} from '../../domain/station-learned.ts';

/** `station:{stationId}` as the console thinks of it. Throws where the bytes do not decode. */
export function stationLearnedOf(bytes: Uint8Array): StationLearned {
  const view = stationViewV1.StationView.decode(bytes);
  const version = VERSIONS.get(view.ocppVersion);
  return {
    ...{ siteId: siteId(view.siteId), stationId: stationId(view.stationId), toldAtMs: Number(view.toldAtMs) },
    ...{ connected: view.connected, vendor: view.vendor, model: view.model, firmware: view.firmwareVersion },
    ...(version === undefined ? {} : { version }),
    ...(view.capabilities === undefined ? {} : { abilities: abilitiesOf(view.capabilities) }),
    quirks: view.quirks,
    concessions: view.concessions.flatMap((concession) => CONCESSIONS.get(concession) ?? []),
    ...(view.profiles === undefined ? {} : { profiles: profilesOf(view.profiles, view.profilesReadNextMs) }),
    limits: view.limits.flatMap(heldLimitFromWire),
    evses: view.evses.map(evseOf),
  };
}

const profilesOf = (
  { readAtMs, failures, differs, findings }: dispatchStateV1.ProfilesRead,
  nextMs: bigint | undefined,
) => ({
  ...{ readAtMs: Number(readAtMs), failures, differs, findings: findings.map(findingOf) },
  ...(nextMs === undefined ? {} : { nextMs: Number(nextMs) }),
});

const findingOf = ({ kind, profileId, endsAtMs, ...finding }: dispatchV1.ProfileFinding): ProfileFinding => ({
  ...{ kind: KINDS.get(kind) ?? 'foreign', profileId: Number(profileId), evse: finding.evse },
  ...{ stackLevel: finding.stackLevel, purpose: finding.purpose, allowsMore: finding.allowsMore },
  ...(endsAtMs === undefined ? {} : { endsAtMs: Number(endsAtMs) }),
});

const abilitiesOf = ({ since21, maxProfiles, ...said }: dispatchStateV1.StationCapabilities): Abilities => ({
  ...{ readAtMs: Number(said.readAtMs), failures: said.failures, remarks: said.remarks },
  ...{ inAmperes: said.inAmperes, inWatts: said.inWatts, phaseSwitching: said.phaseSwitching },
  ...{ maxStackLevel: said.maxStackLevel, maxPeriods: said.maxPeriods },
  ...(maxProfiles === undefined ? {} : { maxProfiles }),
  maxOfflineDuration: since21?.maxOfflineDuration ?? false,
  dynamicProfiles: since21?.dynamicProfiles ?? false,
});

function evseOf(evse: stationViewV1.EvseView): EvseLearned {
  const disobedience = evse.disobedience && disobedienceOf(evse.disobedience);
  return {
    ...{ evse: evse.evse, maxCurrent: deciAmps(evse.maxCurrentDeciA), fallback: deciAmps(evse.fallbackDeciA) },
    ...{ proven: evse.proven, countsWithMaximum: evse.countsWithMaximum, singlePeriod: evse.singlePeriod },
    ...(evse.passesPercent === undefined ? {} : { passesPercent: evse.passesPercent }),
    ...(disobedience === undefined ? {} : { disobedience }),
    service: SERVICES.get(evse.service) ?? 'in',
    ...compositeOf(evse.composite),
  };
}

function compositeOf(read: dispatchStateV1.CompositeRead | undefined): Pick<EvseLearned, 'composite'> {
  const findings = read?.findings.flatMap((finding) => FINDINGS.get(finding) ?? []) ?? [];
  if (read === undefined || findings.length === 0) return {};
  const atMost = read.atMostDeciA === undefined ? {} : { atMost: deciAmps(read.atMostDeciA) };
  return { composite: { findings, says: read.says, ...atMost } };
}

function disobedienceOf(wire: dispatchStateV1.Disobedience): DisobedienceLearned | undefined {
  const step = stepFromWire(wire.step);
  if (step === undefined) return undefined;
  return {
    ...{ sinceMs: Number(wire.sinceMs), step, steppedAtMs: Number(wire.steppedAtMs), refusesZero: wire.refusesZero },
    ...(wire.obeysSinceMs === undefined ? {} : { obeysSinceMs: Number(wire.obeysSinceMs) }),
    ...(wire.says === '' ? {} : { says: wire.says }),
  };
}

const VERSIONS: ReadonlyMap<stationV1.OcppVersion, StationVersion> = new Map([
  [stationV1.OcppVersion.OCPP_VERSION_1_6, 'OCPP 1.6'],
  [stationV1.OcppVersion.OCPP_VERSION_2_0_1, 'OCPP 2.0.1'],
  [stationV1.OcppVersion.OCPP_VERSION_2_1, 'OCPP 2.1'],
]);

const FINDINGS: ReadonlyMap<dispatchV1.CompositeFinding, CompositeLearned['findings'][number]> = new Map([
  [dispatchV1.CompositeFinding.MORE, 'more'],
  [dispatchV1.CompositeFinding.LESS, 'less'],
  [dispatchV1.CompositeFinding.NEVER_ENDS, 'never-ends'],
]);

const Given = stationViewV1.ProfileConcession;
const CONCESSIONS: ReadonlyMap<stationViewV1.ProfileConcession, Concession> = new Map([
  [Given.SMART_CHARGING_OFF, 'smart-charging-off'],
  [Given.NO_LIMITS, 'no-limits'],
  [Given.NO_LEASE, 'no-lease'],
  [Given.WATTS, 'watts'],
  [Given.ONE_PERIOD, 'one-period'],
  [Given.LEASES_UNSEEN, 'leases-unseen'],
]);

const KINDS: ReadonlyMap<dispatchV1.ProfileFindingKind, ProfileFinding['kind']> = new Map([
  [dispatchV1.ProfileFindingKind.MISSING, 'missing'],
  [dispatchV1.ProfileFindingKind.CHANGED, 'changed'],
]);

const SERVICES: ReadonlyMap<dispatchStateV1.EvseService, EvseLearned['service']> = new Map([
  [dispatchStateV1.EvseService.OUT, 'out'],
  [dispatchStateV1.EvseService.RETURNING, 'returning'],
]);
