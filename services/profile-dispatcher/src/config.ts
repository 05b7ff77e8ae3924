import { err, ok, type Result } from '@headroom/kernel';
import { MIN_LEASE_S } from '@headroom/site-model';

/** Environment as it came. */
export type RawProfileDispatcherConfig = Readonly<Record<keyof ProfileDispatcherConfig, string | undefined>>;

/** All in milliseconds; of the platform's clock unless said otherwise. */
export interface ProfileDispatcherConfig {
  /**
   * A command is not written later than this after it was planned. Default 5,000. Too small: a slow log makes every
   * command too late; too large: a command planned long ago still reaches a station.
   */
  readonly notAfterMs: number;
  /**
   * Deadline of a SendBatch call, in real time. Default 1,000. Too small: a busy gateway looks dead, and its commands
   * count as unresolved; too large: a dead one is noticed late.
   */
  readonly sendDeadlineMs: number;
  /**
   * Added to a station's clock error before its lease counts as ended (SI18). Default 5,000. Too small: a station that
   * obeys a little longer is not counted; too large: capacity stays stranded after each lease.
   */
  readonly leaseMarginMs: number;
  /**
   * How long a station's answer is awaited before another command may follow. Default 10,000. Too small: slow stations
   * get commands on top of commands; too large: an increase waits long behind a lost answer.
   */
  readonly answerDueMs: number;
  /**
   * Wait after the first failed command to an EVSE; doubles with each further one. Default 500. Too small: a station
   * that refuses is hammered; too large: a lost decrease is repeated late.
   */
  readonly retryFirstMs: number;
  /** The longest such wait. Default 60,000. Too large: a station that has come to its senses waits for its limit. */
  readonly retryMostMs: number;
  /**
   * How often what time alone brings about is looked after: renewals, ends of leases, repeats. Default 250. Too small:
   * idle work; too large: all of these come late by as much.
   */
  readonly passEveryMs: number;
  /**
   * How often what is known of a site is written down for the next owner at most; unchanged, half as often. Default 5,000.
   * Too small: traffic of the log; too large: the next owner reads a longer past before it acts.
   */
  readonly snapshotEveryMs: number;
  /**
   * How often it is looked whether something new is known of a station, which the console then shows. Default 1,000. Too small:
   * idle work; too large: the page lags behind.
   */
  readonly viewEveryMs: number;
}

export const DEFAULT_PROFILE_DISPATCHER_CONFIG: ProfileDispatcherConfig = Object.freeze({
  notAfterMs: 5_000,
  sendDeadlineMs: 1_000,
  leaseMarginMs: 5_000,
  answerDueMs: 10_000,
  retryFirstMs: 500,
  retryMostMs: 60_000,
  passEveryMs: 250,
  snapshotEveryMs: 5_000,
  viewEveryMs: 1_000,
});

type Field = keyof ProfileDispatcherConfig;

const VARIABLES: Readonly<Record<Field, string>> = {
  notAfterMs: 'HEADROOM_DISPATCH_NOT_AFTER_MS',
  sendDeadlineMs: 'HEADROOM_DISPATCH_SEND_DEADLINE_MS',
  leaseMarginMs: 'HEADROOM_DISPATCH_LEASE_MARGIN_MS',
  answerDueMs: 'HEADROOM_DISPATCH_ANSWER_DUE_MS',
  retryFirstMs: 'HEADROOM_DISPATCH_RETRY_FIRST_MS',
  retryMostMs: 'HEADROOM_DISPATCH_RETRY_MOST_MS',
  passEveryMs: 'HEADROOM_DISPATCH_PASS_EVERY_MS',
  snapshotEveryMs: 'HEADROOM_DISPATCH_SNAPSHOT_EVERY_MS',
  viewEveryMs: 'HEADROOM_DISPATCH_VIEW_EVERY_MS',
};
const FIELDS = Object.keys(VARIABLES) as readonly Field[];
const MOST_MS = 3_600_000;

export const readEnv = (env: Readonly<Record<string, string | undefined>>): RawProfileDispatcherConfig => ({
  notAfterMs: env[VARIABLES.notAfterMs],
  sendDeadlineMs: env[VARIABLES.sendDeadlineMs],
  leaseMarginMs: env[VARIABLES.leaseMarginMs],
  answerDueMs: env[VARIABLES.answerDueMs],
  retryFirstMs: env[VARIABLES.retryFirstMs],
  retryMostMs: env[VARIABLES.retryMostMs],
  passEveryMs: env[VARIABLES.passEveryMs],
  snapshotEveryMs: env[VARIABLES.snapshotEveryMs],
  viewEveryMs: env[VARIABLES.viewEveryMs],
});

/** The configuration, or one sentence for each thing that is wrong. */
export function toConfig(raw: RawProfileDispatcherConfig): Result<ProfileDispatcherConfig, readonly string[]> {
  const config: Record<Field, number> = { ...DEFAULT_PROFILE_DISPATCHER_CONFIG };
  const errors: string[] = [];
  for (const field of FIELDS) {
    const text = raw[field];
    if (text === undefined) continue;
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < 1 || value > MOST_MS) {
      errors.push(`${VARIABLES[field]} is "${text}"; it must be whole milliseconds from 1 to ${MOST_MS}.`);
    } else config[field] = value;
  }
  if (errors.length === 0) errors.push(...relationsBroken(config));
  return errors.length === 0 ? ok(Object.freeze(config)) : err(errors);
}

function relationsBroken(config: ProfileDispatcherConfig): readonly string[] {
  const shortestLeaseMs = MIN_LEASE_S * 1_000;
  const relations: readonly (readonly [boolean, string])[] = [
    [
      config.notAfterMs <= shortestLeaseMs / 2,
      `${VARIABLES.notAfterMs} is ${config.notAfterMs}; more than half of the shortest lease (${shortestLeaseMs} ms) would let a command arrive when its renewal is due.`,
    ],
    [
      config.sendDeadlineMs <= config.notAfterMs,
      `${VARIABLES.sendDeadlineMs} (${config.sendDeadlineMs}) is above ${VARIABLES.notAfterMs} (${config.notAfterMs}): a call would be waited for whose commands may no longer be written.`,
    ],
    [
      config.leaseMarginMs < shortestLeaseMs,
      `${VARIABLES.leaseMarginMs} is ${config.leaseMarginMs}; it must be below the shortest lease of ${shortestLeaseMs} ms.`,
    ],
    [
      config.answerDueMs <= shortestLeaseMs / 2,
      `${VARIABLES.answerDueMs} is ${config.answerDueMs}; a lost answer must be noticed within half of the shortest lease (${shortestLeaseMs / 2} ms), or the renewal comes too late.`,
    ],
    [
      config.retryFirstMs <= config.retryMostMs,
      `${VARIABLES.retryFirstMs} (${config.retryFirstMs}) is above ${VARIABLES.retryMostMs} (${config.retryMostMs}).`,
    ],
    [
      config.passEveryMs <= config.notAfterMs,
      `${VARIABLES.passEveryMs} (${config.passEveryMs}) is above ${VARIABLES.notAfterMs} (${config.notAfterMs}): renewals would leave too late.`,
    ],
  ];
  return relations.flatMap(([holds, sentence]) => (holds ? [] : [sentence]));
}
