import type { RateUnit } from '../profiles/profile.ts';
import type { StationIdentity } from './dialect.ts';

/** How one station behaves where stations differ. Later issues add the misbehaviours H1-H92 as further personas. */
export interface Persona {
  readonly identity: StationIdentity;
  /** Reports a change of rate 2-3 s after it, and once more when the car has followed. */
  readonly sampleOnChange: boolean;
  /** Starts on a card it cannot ask about while the link is down. */
  readonly startsOffline: boolean;
  /** The clock set from BootNotification.conf is wrong by up to this much, either way. */
  readonly clockErrorMs: number;
  /** Station clock minus true time until the first boot. */
  readonly initialSkewMs: number;
  /** From the answer to a charging profile until it is obeyed: Accepted is a claim (H78, H88). */
  readonly appliesAfterMs: number;
  /** How long a reset takes until the station dials again. */
  readonly rebootMs: number;
  /** Says who it is on every connection, not only after a restart as OCPP asks. */
  readonly bootsAtEachConnection: boolean;
  /** Seconds between two samples, and between two heartbeats, until somebody configures them. */
  readonly sampleS: number;
  readonly heartbeatS: number;
  /** Of one schedule; a charging profile with more is refused. */
  readonly maxPeriods: number;
  readonly maxStackLevel: number;
  /** It takes level 0 alone, whatever it says (H81). */
  readonly singleLevel: boolean;
  /** Units in which it takes limits (H82). */
  readonly rateUnits: readonly RateUnit[];
  /** It takes no tenths of an ampere (H86). */
  readonly wholeAmps: boolean;
  /** It restarts with an empty memory (H91). */
  readonly forgetsOnReboot: boolean;
}

export const OBEDIENT: Persona = {
  identity: { vendor: 'Headroom', model: 'Virtual AC22', serialNumber: 'SIM', firmware: '1.0.0' },
  sampleOnChange: true,
  startsOffline: true,
  clockErrorMs: 1_000,
  initialSkewMs: 0,
  appliesAfterMs: 0,
  rebootMs: 5_000,
  bootsAtEachConnection: false,
  sampleS: 10,
  heartbeatS: 60,
  maxPeriods: 24,
  maxStackLevel: 8,
  singleLevel: false,
  rateUnits: ['A', 'W'],
  wholeAmps: false,
  forgetsOnReboot: false,
};
