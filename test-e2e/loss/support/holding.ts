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
  const look = () => evidence(stoppedAtMs);
  const held = await eventually(`${what} holds something unanswered`, EVIDENCE_WITHIN_MS, look, 5);
  const atMs = Date.now();
  for (const target of targets) target.kill('SIGKILL');
  return { atMs, held };
}

export interface Candidate {
  readonly name: string;
  kill(signal: NodeJS.Signals): void;
}

export interface OwnerHit extends Hit {
  readonly name: string;
  /** It has not run an instruction since: `atMs` is when it died. */
  readonly stoppedAtMs: number;
}

/** Shorter than an owner's self-fence (OW-30): whom it did not concern goes on as if nothing had been. */
const TRIAL_MS = 4_000;
const BETWEEN_TRIALS_MS = 2_000;

/**
 * Of several processes only one owns the work in question. Each is stopped in its turn, and the first whose work then provably
 * stands still is killed: that this happens proves both that it was the owner and that it held something.
 */
export async function killOwner(
  what: string,
  candidates: readonly Candidate[],
  evidenceFor: () => Evidence,
): Promise<OwnerHit> {
  for (const candidate of candidates) {
    const stoppedAtMs = Date.now();
    candidate.kill('SIGSTOP');
    const evidence = evidenceFor();
    const held = await eventually('evidence', TRIAL_MS, () => evidence(stoppedAtMs), 20).catch(() => undefined);
    if (held !== undefined) {
      candidate.kill('SIGKILL');
      return { name: candidate.name, held, stoppedAtMs, atMs: Date.now() };
    }
    candidate.kill('SIGCONT');
    await pause(BETWEEN_TRIALS_MS);
  }
  throw new Error(`no process holds ${what}`);
}
