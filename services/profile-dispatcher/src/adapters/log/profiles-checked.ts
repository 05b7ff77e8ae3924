import { dispatchV1 } from '@headroom/contracts';
import { type SiteId, stationId } from '@headroom/kernel';
import type { ProfilesChecked } from '../../domain/facts.ts';
import type { Finding } from '../../domain/held-profiles.ts';
import { missingLimitFromWire, missingLimitToWire } from '@headroom/site-wire';

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
  findings: findings.map(({ kind, profileId, ...finding }) => ({
    ...finding,
    ...{ kind: KINDS[kind], profileId: BigInt(profileId) },
  })),
  missingLimits: missing.map(missingLimitToWire),
});

export const checkedFromWire = (
  of: { readonly siteId: SiteId; readonly epoch: number },
  wire: dispatchV1.ProfilesChecked,
): ProfilesChecked => ({
  kind: 'profiles-checked',
  ...of,
  stationId: stationId(wire.stationId),
  atMs: Number(wire.atMs),
  findings: wire.findings.map(({ kind, evse, profileId, stackLevel, purpose, allowsMore }) => ({
    ...{ kind: kindFromWire(kind), evse, profileId: Number(profileId), stackLevel, purpose, allowsMore },
  })),
  ...(wire.missingLimits.length === 0 ? {} : { missing: wire.missingLimits.map(missingLimitFromWire) }),
});
