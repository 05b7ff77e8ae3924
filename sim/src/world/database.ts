import type { Rng } from '@headroom/kernel';
import { TurnStoreError } from '@headroom/turn-store';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import type { VirtualTime } from './virtual-time.ts';

/** As one incarnation reaches the database. */
export interface DatabaseWorld {
  readonly time: VirtualTime;
  readonly life: Life;
  readonly rng: Rng;
  readonly isAway: () => boolean;
  /**
   * What is asked for through this port now is done, and its answer is lost: after so many ms the caller learns that the
   * connection is gone, and no more. Undefined: it is answered. Asked once for each call.
   */
  readonly answerLost: (port: DatabasePort) => number | undefined;
}

/** Ports whose lost answers leave something behind. */
export type DatabasePort = 'store.turn' | 'store.relay' | 'epochs' | 'inbox.put' | 'inbox.relay' | 'arrivals';

/** Of answers, in a seed where the database is killed right after a commit. Turns are many; the others are few. */
const LOST_SHARES: Readonly<Record<DatabasePort, number>> = {
  'store.turn': 0.01,
  'store.relay': 0.02,
  epochs: 0.3,
  'inbox.put': 0.1,
  'inbox.relay': 0.1,
  arrivals: 0.1,
};
/** At once where the server is killed; where its machine is, after a while. */
const UNTIL_GONE_MS: readonly [number, number] = [1, 3_000];

/** Which answers of the database this incarnation never hears (lost-commit). */
export function answersLost(faults: Faults, life: Pick<Life, 'name'>): DatabaseWorld['answerLost'] {
  const calls = new Map<DatabasePort, number>();
  return (port) => {
    const call = (calls.get(port) ?? 0) + 1;
    calls.set(port, call);
    const which = `${life.name} ${port}`;
    if (!faults.fires('lost-commit', which, call, LOST_SHARES[port])) return undefined;
    return faults.extent('lost-commit', which, call, UNTIL_GONE_MS);
  };
}

export const unavailable = (why: string): TurnStoreError => new TurnStoreError('STORE_UNAVAILABLE', why);
const GONE = 'the connection is gone';

/** Where it is away nothing is done. Of `commits`, the answer may be lost with all else done. */
export async function reached<T>(world: DatabaseWorld, act: () => Promise<T>, commits?: DatabasePort): Promise<T> {
  if (world.isAway()) throw unavailable('the database does not answer');
  const lostForMs = commits && world.answerLost(commits);
  const answer = await act();
  if (lostForMs === undefined) return answer;
  await new Promise<void>((resolve) => void world.time.after(lostForMs, `${world.life.name} ${commits} gone`, resolve));
  throw unavailable(GONE);
}

/** Records of a relay are written; its transaction, which was to let go of them, comes to nothing. */
export async function relayed<T>(world: DatabaseWorld, port: DatabasePort, publish: Promise<T>): Promise<T> {
  const answer = await publish;
  if (world.answerLost(port) === undefined) return answer;
  throw unavailable(GONE);
}
