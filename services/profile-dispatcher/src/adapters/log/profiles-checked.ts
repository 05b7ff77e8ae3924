import { dispatchV1 } from '@headroom/contracts';
import { type SiteId, stationId } from '@headroom/kernel';
import { missingLimitFromWire, missingLimitToWire } from '@headroom/site-wire';
import type { ProfilesChecked } from '../../domain/facts.ts';
import type { Finding } from '../../domain/held-profiles.ts';
import { maybeWhole } from './wire-words.ts';

const KINDS: Readonly<Record<Finding['kind'], dispatchV1.ProfileFindingKind>> = {
  missing: dispatchV1.ProfileFindingKind.MISSING,
  changed: dispatchV1.ProfileFindingKind.CHANGED,
  foreign: dispatchV1.ProfileFindingKind.FOREIGN,
};

/** A word of a later release is something that is not ours. */
const kindFromWire = (wire: dispatchV1.ProfileFindingKind): Finding['kind'] =>
  (['missing', 'changed'] as const).find((kind) => KINDS[kind] === wire) ?? 'foreign';

export const checkedToWire = ({
  stationId: id,
  atMs,
  findings,
  missing = [],
}: ProfilesChecked): dispatchV1.ProfilesChecked => ({
  ...{ stationId: id, atMs: BigInt(Math.round(atMs)) },
  findings: findings.map(findingToWire),
  missingLimits: missing.map(missingLimitToWire),
});

export const findingToWire = ({ kind, profileId, endsAtMs, ...finding }: Finding): dispatchV1.ProfileFinding => ({
  ...finding,
  ...{ kind: KINDS[kind], profileId: BigInt(profileId), endsAtMs: maybeWhole(endsAtMs) },
});

export const findingFromWire = ({ kind, profileId, endsAtMs, ...finding }: dispatchV1.ProfileFinding): Finding => ({
  ...{ kind: kindFromWire(kind), evse: finding.evse, profileId: Number(profileId), stackLevel: finding.stackLevel },
  ...{ purpose: finding.purpose, allowsMore: finding.allowsMore },
  ...(endsAtMs === undefined ? {} : { endsAtMs: Number(endsAtMs) }),
});

export const checkedFromWire = (
  of: { readonly siteId: SiteId; readonly epoch: number },
  wire: dispatchV1.ProfilesChecked,
): ProfilesChecked => ({
  kind: 'profiles-checked',
  ...of,
  stationId: stationId(wire.stationId),
  atMs: Number(wire.atMs),
  findings: wire.findings.map(findingFromWire),
  ...(wire.missingLimits.length === 0 ? {} : { missing: wire.missingLimits.map(missingLimitFromWire) }),
});
