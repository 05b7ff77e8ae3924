import { eventually, pause } from '../../support/eventually.ts';

/** What the victim has taken and not answered since it was stopped, in words; undefined while there is nothing. */
export type Evidence = (stoppedAtMs: number) => Promise<string | undefined> | string | undefined;

export interface Blow {
  /** Whom it hit, for the report. */
  readonly what: string;
  /** Its processes: of services and of servers. */
  readonly targets: readonly { kill(signal: NodeJS.Signals): void }[];
  readonly evidence: Evidence;
}

export interface Hit {
  readonly atMs: number;
  /** What it held. */
  readonly held: string;
}

const EVIDENCE_WITHIN_MS = 8_000;

/**
 * Kills with SIGKILL, by pid, a process that provably holds unanswered work: it is stopped in its tracks wherever it is, work
 * keeps arriving until some of it can be shown to stand unanswered, and then it dies without having run another instruction.
 */
export async function killHolding({ what, targets, evidence }: Blow): Promise<Hit> {
  const stoppedAtMs = Date.now();
  for (const target of targets) target.kill('SIGSTOP');
  try {
    const look = () => evidence(stoppedAtMs);
    const held = await eventually(`${what} holds something unanswered`, EVIDENCE_WITHIN_MS, look, 5);
    const atMs = Date.now();
    for (const target of targets) target.kill('SIGKILL');
    return { atMs, held };
  } catch (cause) {
    // The next title finds them awake.
    for (const target of targets) target.kill('SIGCONT');
    throw cause;
  }
}

export interface Owner {
  /** As the stack names its process. */
  readonly process: string;
  kill(signal: NodeJS.Signals): void;
}

export interface OwnerHit<Of extends Owner> extends Hit {
  readonly owner: Of;
  /** It has not run an instruction since: `atMs` is when it died. */
  readonly stoppedAtMs: number;
}

/** Shorter than an owner's self-fence (OW-30): an owner that turns out to hold nothing goes on as if nothing had been. */
const TRIAL_MS = 4_000;
const BETWEEN_TRIALS_MS = 2_000;
const TRIALS = 3;

/**
 * The same for the one process of two that owns the work, as it says itself. An owner that is stopped for longer is none any
 * more, and holds nothing: so it has a few short trials, and before each it is asked anew who the owner is.
 */
export async function killOwner<Of extends Owner>(
  what: string,
  ownerNow: () => Promise<Of>,
  evidenceFor: () => Evidence,
): Promise<OwnerHit<Of>> {
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const owner = await ownerNow();
    const stoppedAtMs = Date.now();
    owner.kill('SIGSTOP');
    const evidence = evidenceFor();
    const held = await eventually('evidence', TRIAL_MS, () => evidence(stoppedAtMs), 20).catch(() => undefined);
    if (held !== undefined) {
      owner.kill('SIGKILL');
      return { owner, held, stoppedAtMs, atMs: Date.now() };
    }
    owner.kill('SIGCONT');
    await pause(BETWEEN_TRIALS_MS);
  }
  throw new Error(`the owner of ${what} held nothing in ${TRIALS} trials`);
}
