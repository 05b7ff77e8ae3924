import type { RateUnit } from '../profiles/profile.ts';
import type { StationIdentity } from './dialect.ts';
import { DURABLE_MAX } from './outbox.ts';

/** How one station behaves where stations differ; docs/reliability.md says which of H64-H92 each is. */
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
  /** Units that its settings name, where these are others (H83). */
  readonly saysUnits?: readonly RateUnit[];
  /** It takes no tenths of an ampere (H86). */
  readonly wholeAmps: boolean;
  /** It restarts with an empty memory (H91). */
  readonly forgetsOnReboot: boolean;
  /** It forgets all it was told at the moment its line is gone, and runs as though it had no limit (H76). */
  readonly forgetsOffline: boolean;
  /** It obeys the limit of a transaction to the end of it, whatever time was set (H89). */
  readonly keepsLeases: boolean;
  /** It obeys the highest of the limits of a transaction that it has accepted, each to its own end (H78). */
  readonly obeysOldLeases: boolean;
  /** Least limit of a period that it takes, A: others refuse 0 (H86). */
  readonly leastLimitA: number;
  /** What it says that holds: as it is, twice or half of it, what holds now for ever, or nothing at all (H87). */
  readonly composite: CompositeTold;
  /** It takes Dynamic profiles, and updates of their limits (2.1 K28). */
  readonly dynamicProfiles: boolean;
  /** Its cars may give back: it follows setpoints, and measures what flows back (2.1, block Q). */
  readonly takesSetpoints: boolean;
  /** Commands of which it has never heard, whatever its version asks for (H70). */
  readonly unable: readonly string[];
  /** It is Available whenever no current flows, cable or not (H92). */
  readonly saysAvailable: boolean;
  /** Its message ids count from 1, and once more from 1 after a restart (H67). */
  readonly countsMessageIds: boolean;
  /** Messages of transactions that it keeps at most: beyond them the newest goes, a start and an end too (H73). */
  readonly queueMax: number;
  /** Whether a full queue lets a sample go before anything else, as 2.0.1 asks (E04.FR.07); else whatever comes (H73). */
  readonly makesRoom: boolean;
  /** When a paused transaction goes on, it takes what its hardware bears until it is told a limit anew (H79). */
  readonly forgetsWhenPaused: boolean;
  /** So long after something was cleared a new limit does nothing, though it is accepted (H88). */
  readonly deafAfterClearMs: number;
  /** How fast its pilot rises, A a second (H88). */
  readonly pilotRisesAPerS: number;
  /** It takes nothing that names its start: only what counts from the start of the transaction (H32). */
  readonly relativeOnly: boolean;
  /** It accepts a lower limit, and goes on with what it had, whatever it is told since: until its transaction ends, or it restarts (H78). */
  readonly holdsOn: 'never' | 'to-the-end' | 'to-a-restart';
  /** So much more flows than its limit says (H80). Its pilot, it says, is as it was told. */
  readonly overdrawsPercent: number;
  /** What it makes of a maximum of the whole station: it keeps to it, refuses it, or accepts it and does nothing (H90). */
  readonly stationMax: 'kept' | 'refused' | 'ignored';
}

export type CompositeTold = 'true' | 'doubled' | 'halved' | 'endless' | 'none';

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
  forgetsOffline: false,
  keepsLeases: false,
  obeysOldLeases: false,
  leastLimitA: 0,
  composite: 'true',
  dynamicProfiles: false,
  takesSetpoints: false,
  unable: [],
  saysAvailable: false,
  countsMessageIds: false,
  queueMax: DURABLE_MAX,
  makesRoom: true,
  forgetsWhenPaused: false,
  deafAfterClearMs: 0,
  pilotRisesAPerS: Number.POSITIVE_INFINITY,
  relativeOnly: false,
  holdsOn: 'never',
  overdrawsPercent: 0,
  stationMax: 'kept',
};
