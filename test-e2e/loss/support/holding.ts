import { eventually } from '../../support/eventually.ts';

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
