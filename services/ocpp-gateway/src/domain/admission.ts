import { type StationId, stationId } from '@headroom/kernel';
import { OCPP_VERSIONS, type OcppVersion } from '@headroom/ocpp';

const PREFIX = '/ocpp/';
/** OCPP 2.0.1 part 4 section 3.1.1: identifierString, at most 48 characters. */
const STATION_ID = /^[A-Za-z0-9*\-_=:+|@.]{1,48}$/;

/** Station named by the path of an upgrade, exact but for one slash at its end (H61). Undefined: none. */
export function stationOfPath(url: string): StationId | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  if (!path.startsWith(PREFIX)) return undefined;
  const segment = path.slice(PREFIX.length).replace(/\/$/, '');
  let decoded: string;
  try {
    decoded = decodeURIComponent(segment);
  } catch {
    return undefined;
  }
  return STATION_ID.test(decoded) ? stationId(decoded) : undefined;
}

/** The best version that the station offers and we speak. */
export const pickVersion = (offered: readonly string[]): OcppVersion | undefined =>
  OCPP_VERSIONS.find((version) => offered.includes(version));

/** Longest password a station may send: 40 in the standard, more in the field. */
export const MAX_PASSWORD_CHARS = 128;

export interface BasicCredentials {
  readonly user: string;
  readonly password: string;
}

/** Splits decoded Basic credentials at the first colon (RFC 7617). Undefined: not of that form, or too long. */
export function basicCredentials(decoded: string): BasicCredentials | undefined {
  const colon = decoded.indexOf(':');
  if (colon < 1) return undefined;
  const password = decoded.slice(colon + 1);
  return password.length > MAX_PASSWORD_CHARS ? undefined : { user: decoded.slice(0, colon), password };
}

export type Refusal =
  | 'no-such-path'
  | 'not-admitted'
  | 'no-common-version'
  | 'no-credentials'
  | 'wrong-credentials'
  | 'cannot-check'
  | 'draining'
  | 'cannot-record'
  | 'too-many';

export interface RefusalAnswer {
  readonly status: 400 | 401 | 403 | 404 | 503;
  /** One sentence for whoever reads the station's log. */
  readonly sentence: string;
  /** The station may try again, after a while. */
  readonly retry: boolean;
}

const ANSWERS: Readonly<Record<Refusal, RefusalAnswer>> = {
  'no-such-path': { status: 404, sentence: 'Stations connect at /ocpp/{stationId}.', retry: false },
  'not-admitted': { status: 403, sentence: 'This station is not admitted here.', retry: false },
  'no-common-version': {
    status: 400,
    sentence: `Offer one of these WebSocket subprotocols: ${OCPP_VERSIONS.join(', ')}.`,
    retry: false,
  },
  'no-credentials': {
    status: 401,
    sentence: 'Basic credentials are needed: the station id and its password.',
    retry: false,
  },
  // One answer for an unknown station and for a wrong password: ids are not to be probed (A2).
  'wrong-credentials': { status: 401, sentence: 'This station id with this password is not known here.', retry: false },
  'cannot-check': { status: 503, sentence: 'Credentials cannot be checked at the moment.', retry: true },
  draining: { status: 503, sentence: 'This gateway is about to stop.', retry: true },
  'cannot-record': { status: 503, sentence: 'Messages cannot be recorded at the moment.', retry: true },
  'too-many': { status: 503, sentence: 'Too many stations are connecting at once.', retry: true },
};

export const refusalAnswer = (refusal: Refusal): RefusalAnswer => ANSWERS[refusal];
