/** Figures of the dispatcher's rules; all in milliseconds of the platform's clock. `config.ts` explains each. */
export interface DispatchRules {
  /** A command is not written later than this after it was planned. */
  readonly notAfterMs: number;
  /** Added to a station's clock error before a lease counts as ended (SI18, HO-13). */
  readonly leaseMarginMs: number;
  /** An answer is awaited this long; then the attempt is unresolved, and another may be sent. */
  readonly answerDueMs: number;
  /** Wait after the first failure of a command to an EVSE; doubles with each further one. */
  readonly retryFirstMs: number;
  readonly retryMostMs: number;
  /** What is known of a site is written down for the next owner this often at most. */
  readonly snapshotEveryMs: number;
}
