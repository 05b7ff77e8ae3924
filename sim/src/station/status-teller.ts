import type { BayStatus, Dialect, Outgoing } from './dialect.ts';

export interface StatusTellerDeps {
  readonly dialect: Dialect;
  /** It is Available whenever no current flows, cable or not (H92). */
  readonly saysAvailable: boolean;
  /** Station clock. */
  readonly nowMs: () => number;
  readonly send: (outgoing: Outgoing) => void;
}

export interface StatusTeller {
  /** Two that this version names alike are told once. */
  changed(evse: number, status: BayStatus): void;
  send(evse: number, status: BayStatus): void;
}

export function createStatusTeller({ dialect, saysAvailable, nowMs, send: say }: StatusTellerDeps): StatusTeller {
  const told = new Map<number, string>();
  const saidOf = (status: BayStatus): BayStatus =>
    saysAvailable && status !== 'charging' && status !== 'faulted' ? 'available' : status;
  const send = (evse: number, status: BayStatus): void =>
    say(dialect.status({ evse, status: saidOf(status), atMs: nowMs() }));
  return {
    send,
    changed(evse, status) {
      const name = dialect.statusName(saidOf(status));
      if (told.get(evse) === name) return;
      told.set(evse, name);
      send(evse, status);
    },
  };
}
