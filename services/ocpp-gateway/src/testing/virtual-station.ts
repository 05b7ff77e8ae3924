import type { StationSocket } from '../ports.ts';
import type { Rig } from './rig.ts';
import { PASSWORD } from './rig.ts';

/** First wait before it dials again, doubled with each refusal (H60). */
const REDIAL_MS = 500;
const SEND_EVERY_MS = 400;

/** A station without a network: it sends one transaction message after the other, and each again until it is answered. */
export interface VirtualStation {
  readonly stationId: string;
  /** Meter values of the messages that were answered, in order. */
  readonly answered: readonly number[];
  /** The longest that a message waited, from its first sending to its answer. */
  readonly longestWaitMs: number;
  /** When it came to which gateway, by its place in the list. */
  readonly arrivals: readonly { readonly atMs: number; readonly gateway: number }[];
  readonly closes: readonly number[];
  start(): void;
  stop(): void;
}

/** `rigs` share one time. A dial goes to the next gateway than the last one did. */
export function createVirtualStation(stationId: string, rigs: readonly Rig[]): VirtualStation {
  const [{ time }] = rigs as [Rig];
  const state = { answered: [] as number[], longestWaitMs: 0, closes: [] as number[] };
  const arrivals: { atMs: number; gateway: number }[] = [];
  let stopped = false;
  let dials = 0;
  let refusals = 0;
  let number = 0;
  let sinceMs: number | undefined;
  let say: ((text: string) => void) | undefined;

  const sendNext = (): void => {
    if (stopped || say === undefined) return;
    if (sinceMs === undefined) {
      number += 1;
      sinceMs = time.monoMs();
    }
    const start = { connectorId: 1, idTag: 'TAG', meterStart: number, timestamp: new Date(0).toISOString() };
    say(JSON.stringify([2, String(number), 'StartTransaction', start]));
  };
  const heard = (text: string): void => {
    const [kind, id] = JSON.parse(text) as [number, string];
    if (kind !== 3 || Number(id) !== number || sinceMs === undefined) return;
    state.answered.push(number);
    state.longestWaitMs = Math.max(state.longestWaitMs, time.monoMs() - sinceMs);
    sinceMs = undefined;
    time.after(SEND_EVERY_MS, sendNext);
  };
  const redial = (): void => void time.after(REDIAL_MS * 2 ** refusals, () => void dial());

  async function dial(): Promise<void> {
    if (stopped) return;
    const gateway = dials % rigs.length;
    dials += 1;
    let open = true;
    let closedHere = (_code: number): void => {};
    const end = (code: number): void => {
      if (!open) return;
      open = false;
      say = undefined;
      state.closes.push(code);
      closedHere(code);
      redial();
    };
    const socket: StationSocket = {
      send: (text) => open && heard(text),
      close: end,
      terminate: () => end(1006),
      ping: () => {},
      pause: () => {},
      resume: () => {},
      bufferedBytes: () => 0,
      isOpen: () => open,
    };
    const authorization = `Basic ${btoa(`${stationId}:${PASSWORD}`)}`;
    const knock = { url: `/ocpp/${stationId}`, authorization, protocols: ['ocpp1.6'] };
    const outcome = await rigs[gateway]?.gateway.connect(knock, socket);
    if (outcome === undefined || outcome.kind === 'refused') {
      refusals += 1;
      return redial();
    }
    refusals = 0;
    arrivals.push({ atMs: time.monoMs(), gateway });
    closedHere = (code) => void Promise.resolve().then(() => outcome.events.onClosed(code, ''));
    say = (text) => open && outcome.events.onText(text);
    sendNext();
  }

  return {
    stationId,
    get answered() {
      return state.answered;
    },
    get longestWaitMs() {
      return state.longestWaitMs;
    },
    get closes() {
      return state.closes;
    },
    arrivals,
    start: () => void dial(),
    stop: () => {
      stopped = true;
    },
  };
}
