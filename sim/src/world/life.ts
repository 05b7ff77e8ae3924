import type { Cancel, Timers } from '@headroom/kernel';
import type { VirtualTime } from './virtual-time.ts';

/** One incarnation of a process. */
export interface Life {
  /** `profile-dispatcher`. */
  readonly process: string;
  /** `profile-dispatcher#2`: the second time it lives. */
  readonly name: string;
  isAlive(): boolean;
  readonly timers: Timers;
  /**
   * A call through a port: `act` happens `toMs` from now, its outcome is known `backMs` after it is there. Nothing ever
   * settles for an incarnation that has died: each call has a promise of its own that is let go (DS-7). What was sent
   * before the death still arrives (`survives`), unless it is the process's own work.
   */
  call<T>(port: string, wire: Wire, act: () => T | Promise<T>): Promise<T>;
  /** Runs `act` if it lives then. */
  after(delayMs: number, event: string, act: () => void): Cancel;
  /** Something from outside reaches the process. */
  reach(act: () => void): void;
  kill(): void;
  /**
   * Stands still (SIGSTOP): what reaches it waits, its timers too, until `resume`; so do the port calls that it still makes in
   * the event in which it was stopped.
   */
  pause(): void;
  resume(): void;
  onDeath(act: () => void): Cancel;
  /** Told at once, whatever the process itself can hear: for those who would miss it. */
  onPause(act: () => void): void;
  /** In front of what waited. */
  onResume(act: () => void): void;
  isStill(): boolean;
  /** Dies at the port call after so many more, in the middle of what it is doing. */
  dieAtCall(callsFromNow: number): void;
  /** `act` at the port call after so many more, before it leaves the process: whatever was asked for last takes the place. */
  atCall(callsFromNow: number, act: () => void): void;
  calls(): number;
}

export interface Wire {
  readonly toMs: number;
  readonly backMs: number;
  /** Default true. */
  readonly survives?: boolean;
}

export interface LifeDeps {
  readonly time: VirtualTime;
  /** A port call of a dead incarnation outside the event of its death (DS-8): it should not be running any more. */
  readonly onSurvivor: (life: string, port: string) => void;
}

export function createLife(process: string, name: string, { time, onSurvivor }: LifeDeps): Life {
  let alive = true;
  let diedInEvent = -1;
  let calls = 0;
  let dieAt = Number.POSITIVE_INFINITY;
  let struck: { readonly atCall: number; readonly act: () => void } | undefined;
  const deathbed = new Set<() => void>();
  let held: (() => void)[] | undefined;
  const onPause: (() => void)[] = [];
  const onResume: (() => void)[] = [];

  const kill = (): void => {
    if (!alive) return;
    alive = false;
    diedInEvent = time.eventNumber();
    const acts = [...deathbed];
    deathbed.clear();
    for (const act of acts) act();
  };
  const reach = (act: () => void): void => {
    if (!alive) return;
    if (held === undefined) act();
    else held.push(act);
  };
  const after = (delayMs: number, event: string, act: () => void): Cancel =>
    time.after(delayMs, event, () => reach(act));

  const enter = (port: string): boolean => {
    calls += 1;
    if (alive && calls > dieAt) kill();
    if (alive && struck !== undefined && calls > struck.atCall) {
      const { act } = struck;
      struck = undefined;
      act();
    }
    if (alive) return true;
    if (time.eventNumber() !== diedInEvent) onSurvivor(name, port);
    return false;
  };

  return {
    process,
    name,
    isAlive: () => alive,
    kill,
    onPause: (act) => void onPause.push(act),
    onResume: (act) => void onResume.push(act),
    isStill: () => held !== undefined,
    pause: () => {
      if (!alive || held !== undefined) return;
      held = [];
      for (const act of onPause) act();
    },
    resume: () => {
      if (!alive || held === undefined) return;
      const waiting = held;
      held = undefined;
      for (const act of onResume) act();
      // One event each: what was late comes in order, and each is drained before the next.
      for (const act of waiting) time.after(0, `${name} wakes`, () => reach(act));
    },
    onDeath: (act) => {
      deathbed.add(act);
      return () => deathbed.delete(act);
    },
    dieAtCall: (callsFromNow) => {
      dieAt = calls + callsFromNow;
    },
    atCall: (callsFromNow, act) => {
      struck = { atCall: calls + callsFromNow, act };
    },
    calls: () => calls,
    reach,
    after,
    timers: {
      after: (delayMs, fire) => after(delayMs, `timer ${name}`, fire),
      every: (periodMs, fire) => every({ time, isAlive: () => alive, reach, event: `timer ${name}`, periodMs }, fire),
    },
    call: (port, { toMs, backMs, survives = true }, act) =>
      new Promise((resolve, reject) => {
        if (!enter(port)) return;
        const settle = (how: () => void): void => void after(backMs, `${name} ${port} back`, how);
        const go = (): void => {
          try {
            Promise.resolve(act()).then(
              (value) => settle(() => resolve(value)),
              (cause: unknown) => settle(() => reject(cause)),
            );
          } catch (cause) {
            settle(() => reject(cause));
          }
        };
        const leave = (): void => void time.after(toMs, `${name} ${port}`, survives ? go : () => reach(go));
        if (held === undefined) leave();
        else held.push(leave);
      }),
  };
}

interface Periodic {
  readonly time: VirtualTime;
  readonly isAlive: () => boolean;
  readonly reach: (act: () => void) => void;
  readonly event: string;
  readonly periodMs: number;
}

function every({ time, isAlive, reach, event, periodMs }: Periodic, fire: () => void): Cancel {
  let cancel: Cancel = () => {};
  let over = false;
  let isDue = false;
  const tick = (): void => {
    if (over || !isAlive()) return;
    // Asked for first: a tick that throws does not end the others.
    cancel = time.after(periodMs, event, tick);
    // Ticks that come while it stands still become one.
    if (isDue) return;
    isDue = true;
    reach(() => {
      isDue = false;
      if (!over) fire();
    });
  };
  cancel = time.after(periodMs, event, tick);
  return () => {
    over = true;
    cancel();
  };
}
