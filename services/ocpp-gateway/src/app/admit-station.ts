import type { Clock, SiteId, StationId } from '@headroom/kernel';
import type { OcppVersion } from '@headroom/ocpp';
import { basicCredentials, pickVersion, type Refusal, refusalAnswer, stationOfPath } from '../domain/admission.ts';
import type { GatewayEvents } from '../events.ts';
import type { Arrival, Arrivals, Digests } from '../ports.ts';
import type { StationDirectory } from './station-directory.ts';

/** Upgrades whose credentials are being checked, at most (A16). */
export const MAX_PENDING_ADMISSIONS = 500;

export interface Knock {
  /** Path of the request, as sent. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly protocols: readonly string[];
}

export interface Admitted {
  readonly kind: 'admitted';
  readonly stationId: StationId;
  readonly siteId?: SiteId;
  readonly version: OcppVersion;
  /** Absent: the gateways' common store is away, and the clock has to do. */
  readonly arrival?: Arrival;
}

export interface Refused {
  readonly kind: 'refused';
  readonly status: number;
  readonly sentence: string;
  readonly retry: boolean;
}

export interface AdmitDeps {
  readonly directory: StationDirectory;
  readonly digests: Digests;
  readonly events: GatewayEvents;
  readonly admit: (stationId: string) => string | undefined;
  readonly isDraining: () => boolean;
  readonly canRecord: (stationId: StationId) => boolean;
  readonly arrivals: Arrivals;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export type AdmitStation = (knock: Knock) => Promise<Admitted | Refused>;

/** Decides about an upgrade before there is a WebSocket: identity is what authenticated (R7). */
export function createAdmitStation(deps: AdmitDeps): AdmitStation {
  let pending = 0;
  return async (knock) => {
    const stationId = stationOfPath(knock.url);
    const refuse = (refusal: Refusal, sentence?: string): Refused => {
      deps.events.stationRefused(stationId ?? '', refusal);
      const answer = refusalAnswer(refusal);
      return { kind: 'refused', ...answer, sentence: sentence ?? answer.sentence };
    };
    if (stationId === undefined) return refuse('no-such-path');
    if (deps.isDraining()) return refuse('draining');
    if (!deps.canRecord(stationId)) return refuse('cannot-record');
    const sentence = deps.admit(stationId);
    if (sentence !== undefined) return refuse('not-admitted', sentence);
    const version = pickVersion(knock.protocols);
    if (version === undefined) return refuse('no-common-version');
    if (pending >= MAX_PENDING_ADMISSIONS) return refuse('too-many');
    const password = passwordFor(stationId, knock.authorization, deps.digests);
    if (password.kind !== 'password') return refuse(password.kind);
    pending += 1;
    try {
      const credentials = await deps.directory.check(stationId, password.text);
      if (credentials.kind === 'wrong') return refuse('wrong-credentials');
      if (credentials.kind === 'cannot-check') return refuse('cannot-check');
      const { siteId } = credentials.station;
      const ofSite = siteId === undefined ? {} : { siteId };
      const arrival = await deps.arrivals.arrive({ stationId, ...ofSite }, deps.clock.nowMs());
      // It may have begun to stop meanwhile.
      if (deps.isDraining()) return refuse('draining');
      return {
        kind: 'admitted',
        stationId,
        version,
        ...ofSite,
        ...(arrival === undefined ? {} : { arrival }),
      };
    } finally {
      pending -= 1;
    }
  };
}

function passwordFor(
  stationId: StationId,
  authorization: string | undefined,
  digests: Digests,
): { readonly kind: 'password'; readonly text: string } | { readonly kind: 'no-credentials' | 'wrong-credentials' } {
  const encoded = /^Basic +([A-Za-z0-9+/=_-]{1,1024})$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return { kind: 'no-credentials' };
  const credentials = basicCredentials(digests.decodeBase64(encoded));
  // A3: the credentials of one station open no other's path.
  if (credentials === undefined || credentials.user !== stationId) return { kind: 'wrong-credentials' };
  return { kind: 'password', text: credentials.password };
}
