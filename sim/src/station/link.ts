import type { Cancel, Clock, Rng, Timers } from '@headroom/kernel';
import type { Json } from '../json.ts';
import type { SimLog } from '../log.ts';
import { randomText } from '../rng.ts';
import { type Connection, createConnection } from './connection.ts';
import type { BootAnswer, Dialect, Outgoing, Reply, StationIdentity } from './dialect.ts';
import { type DurableMessage, Outbox } from './outbox.ts';
import { type CallOutcome, createRpc, type Rpc } from './rpc.ts';
import type { Settings } from './settings.ts';
import type { Connect } from './socket.ts';

export interface LinkDeps {
  readonly stationId: string;
  readonly url: string;
  readonly identity: StationIdentity;
  readonly dialect: Dialect;
  readonly settings: Settings;
  readonly rng: Rng;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ioTimers: Timers;
  readonly connect: Connect;
  readonly bootsAtEachConnection: boolean;
  /** Message ids from 1 on, anew after each restart (H67). */
  readonly countsMessageIds: boolean;
  readonly queueMax: number;
  readonly makesRoom: boolean;
  readonly log: SimLog;
  readonly onCall: (action: string, payload: Json) => Reply;
  /** Boot accepted: the clock is to be set, then the outbox opens. */
  readonly accepted: (answer: BootAnswer) => void;
  /** The line is gone. */
  readonly offline: () => void;
  /** The outbox is open. */
  readonly online: () => void;
}

/** Real ms until an unanswered CALL counts as ignorance. */
const CALL_TIMEOUT_MS = 30_000;
/** What a station waits when a boot answer names no interval, or never came. */
const BOOT_RETRY_S = 10;

/** The station's side of the line: dials, boots, beats, queues; the one place that knows whether anybody listens. */
export class Link {
  readonly #deps: LinkDeps;
  readonly #connection: Connection;
  readonly #rpc: Rpc;
  readonly #outbox: Outbox;
  #afterReply: (() => void)[] = [];
  #booted = false;
  /** Accepted since its last restart: a mere reconnect needs no BootNotification (OCPP 1.6 4.2, 2.0.1 B04). */
  #known = false;
  #ids = 0;
  /** Of messages since its last restart. */
  #messages = 0;
  #nextHeartbeatMs = Number.POSITIVE_INFINITY;
  #cancelBootRetry: Cancel | undefined;
  #cancelRestart: Cancel | undefined;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
    this.#connection = this.#createConnection();
    this.#rpc = createRpc({
      send: (text) => this.#connection.send(text),
      onCall: deps.onCall,
      afterReply: () => this.#runDeferred(),
      timers: deps.ioTimers,
      callTimeoutMs: CALL_TIMEOUT_MS,
    });
    this.#outbox = new Outbox({
      rpc: this.#rpc,
      nowMs: () => deps.clock.nowMs(),
      newMessageId: () => this.#newMessageId(),
      ...{ max: deps.queueMax, makesRoom: deps.makesRoom },
      linkIsDead: () => this.#connection.drop(),
    });
  }

  start(): void {
    this.#connection.start();
  }
  stop(): void {
    this.#cancelBootRetry?.();
    this.#cancelRestart?.();
    this.#connection.stop();
  }
  /** Restarts: away now, back after `ms`. */
  restartAfter(ms: number): void {
    this.stop();
    this.#known = false;
    this.#messages = 0;
    this.#cancelRestart = this.#deps.timers.after(ms, () => this.#connection.start());
  }
  /** Connected and accepted. */
  isOnline(): boolean {
    return this.#booted && this.#connection.isOpen();
  }
  waiting(): number {
    return this.#outbox.waiting();
  }
  /** Worth nothing once the link is gone; `done` learns that too. */
  prompt(outgoing: Outgoing, done: (outcome: CallOutcome) => void = () => {}): void {
    this.#outbox.prompt({ outgoing, done });
  }
  durable(message: DurableMessage): void {
    this.#outbox.durable(message);
  }
  /** Runs `act` once the answer to the request in hand is on the wire. */
  afterReply(act: () => void): void {
    this.#afterReply.push(act);
  }
  heartbeat(): void {
    this.#nextHeartbeatMs = this.#deps.clock.nowMs() + this.#deps.settings.heartbeatS() * 1_000;
    this.prompt(this.#deps.dialect.heartbeat());
  }
  /** A BootNotification on demand changes nothing here. */
  repeatBoot(): void {
    this.prompt(this.#deps.dialect.boot(this.#deps.identity, true));
  }
  beat(): void {
    if (this.isOnline() && this.#deps.clock.nowMs() >= this.#nextHeartbeatMs) this.heartbeat();
    this.#outbox.pump();
  }
  /** Unique over restarts of the process too: the instant is part of it. */
  newId(): string {
    this.#ids += 1;
    const { clock, rng } = this.#deps;
    return `${clock.nowMs().toString(36)}-${this.#ids.toString(36)}-${randomText(rng, 6)}`;
  }

  #newMessageId(): string {
    if (!this.#deps.countsMessageIds) return this.newId();
    this.#messages += 1;
    return String(this.#messages);
  }

  #createConnection(): Connection {
    const { connect, timers, rng, log, stationId, url, dialect, settings } = this.#deps;
    return createConnection({
      connect,
      timers,
      rng,
      target: () => ({ url, subprotocol: dialect.subprotocol, user: stationId, password: settings.password() }),
      opened: () => (this.#known && !this.#deps.bootsAtEachConnection ? this.#open() : this.#boot()),
      text: (data) => this.#rpc.receive(data),
      closed: (why) => {
        log.info('sim.station.offline', { stationId, why });
        this.#booted = false;
        this.#cancelBootRetry?.();
        this.#outbox.gate(false);
        this.#rpc.lost();
        this.#deps.offline();
      },
    });
  }

  #boot(): void {
    const { dialect, identity } = this.#deps;
    this.#rpc.call(this.#newMessageId(), dialect.boot(identity), (outcome) => this.#answered(outcome));
  }

  #answered(outcome: CallOutcome): void {
    if (outcome.kind === 'lost') return;
    const answer = outcome.kind === 'result' ? this.#deps.dialect.readBoot(outcome.payload) : undefined;
    if (answer?.status === 'accepted') this.#accepted(answer);
    else this.#bootAgainAfter(answer !== undefined && answer.intervalS > 0 ? answer.intervalS : BOOT_RETRY_S);
  }

  #bootAgainAfter(seconds: number): void {
    this.#cancelBootRetry = this.#deps.timers.after(seconds * 1_000, () => {
      if (this.#connection.isOpen() && !this.#rpc.isBusy()) this.#boot();
    });
  }

  #accepted(answer: BootAnswer): void {
    const { settings, clock } = this.#deps;
    this.#deps.accepted(answer);
    if (answer.intervalS > 0) settings.setHeartbeatS(answer.intervalS);
    this.#nextHeartbeatMs = clock.nowMs() + settings.heartbeatS() * 1_000;
    this.#known = true;
    this.#open();
  }

  #open(): void {
    this.#booted = true;
    this.#connection.proved();
    this.#outbox.gate(true);
    this.#deps.online();
  }

  #runDeferred(): void {
    const acts = this.#afterReply;
    this.#afterReply = [];
    for (const act of acts) act();
  }
}
