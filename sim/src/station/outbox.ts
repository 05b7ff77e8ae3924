import type { LedgerMessage } from './ledger.ts';
import type { Outgoing } from './dialect.ts';
import type { CallOutcome, Rpc } from './rpc.ts';

export const PROMPT_MAX = 64;
export const DURABLE_MAX = 1_000;
/** Refusals (CALLERROR) of one message before the station gives it up; a lost link never counts. */
export const REFUSALS_MAX = 3;
const RETRY_MS = 5_000;
/** Timeouts in a row after which a station takes its link for dead. */
const TIMEOUTS_MAX = 3;

/** A message that is worth nothing once the link is gone: status, heartbeat, authorize. */
export interface PromptMessage {
  readonly outgoing: Outgoing;
  readonly done: (outcome: CallOutcome) => void;
}

/** A transaction message: kept, in order, until it is acknowledged. */
export interface DurableMessage {
  readonly entry: LedgerMessage;
  /** An intermediate sample, the first to go when the queue is full (2.0.1 E04.FR.07). */
  readonly dispensable: boolean;
  /** Built when it is sent: a 1.6 Stop needs the id that the Start was answered with. */
  readonly build: () => Outgoing;
  readonly done: (outcome: CallOutcome) => void;
  /** There was no room for it: nobody will ever hear it. */
  readonly dropped?: () => void;
}

export interface OutboxDeps {
  readonly rpc: Rpc;
  readonly nowMs: () => number;
  readonly newMessageId: () => string;
  readonly linkIsDead: () => void;
  /** Of transaction messages. Default: `DURABLE_MAX`. */
  readonly max?: number;
  /** A full queue lets the oldest sample go; else whatever comes next. Default: it does. */
  readonly makesRoom?: boolean;
}

/** The one outstanding CALL: prompt messages first, then the transaction queue in order. */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #queue: DurableMessage[] = [];
  #prompts: PromptMessage[] = [];
  #open = false;
  #refusals = 0;
  #timeouts = 0;
  #notBeforeMs = 0;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  prompt(message: PromptMessage): void {
    if (!this.#open || this.#prompts.length >= PROMPT_MAX) message.done({ kind: 'lost' });
    else this.#prompts.push(message);
    this.pump();
  }

  durable(message: DurableMessage): void {
    const { max = DURABLE_MAX, makesRoom = true } = this.#deps;
    const isTaken = this.#queue.length < max || (makesRoom && this.#makeRoom());
    if (isTaken) this.#queue.push(message);
    else drop(message);
    this.pump();
  }

  /** Sends what may go. Called after every change and at each tick. */
  pump(): void {
    if (!this.#open || this.#deps.rpc.isBusy()) return;
    const prompt = this.#prompts.shift();
    const next = this.#queue[0];
    if (prompt !== undefined) this.#sendPrompt(prompt);
    else if (next !== undefined && this.#deps.nowMs() >= this.#notBeforeMs) this.#sendDurable(next);
  }

  /** Boot accepted (true) or link lost (false). */
  gate(open: boolean): void {
    this.#open = open;
    if (open) {
      this.#notBeforeMs = 0;
      this.pump();
      return;
    }
    const lost = this.#prompts;
    this.#prompts = [];
    for (const message of lost) message.done({ kind: 'lost' });
  }

  /** Transaction messages not acknowledged yet. */
  waiting(): number {
    return this.#queue.length;
  }

  #sendPrompt(message: PromptMessage): void {
    this.#deps.rpc.call(this.#deps.newMessageId(), message.outgoing, (outcome) => {
      this.#count(outcome);
      message.done(outcome);
      this.pump();
    });
  }

  #sendDurable(message: DurableMessage): void {
    const outgoing = message.build();
    const { entry } = message;
    entry.messageId ??= this.#deps.newMessageId();
    entry.payload = outgoing.payload;
    entry.attempts += 1;
    this.#deps.rpc.call(entry.messageId, outgoing, (outcome) => {
      this.#count(outcome);
      this.#settle(message, outcome);
      this.pump();
    });
  }

  #settle(message: DurableMessage, outcome: CallOutcome): void {
    if (outcome.kind === 'result') {
      message.entry.acknowledgedAtMs = this.#deps.nowMs();
      this.#leave(outcome);
    } else if (outcome.kind === 'error') {
      this.#refusals += 1;
      this.#notBeforeMs = this.#deps.nowMs() + RETRY_MS * this.#refusals;
      if (this.#refusals < REFUSALS_MAX) return;
      message.entry.dropped = `refused: ${outcome.code}`;
      this.#leave(outcome);
    } else if (outcome.kind === 'timeout') {
      this.#notBeforeMs = this.#deps.nowMs() + RETRY_MS;
    }
  }

  #leave(outcome: CallOutcome): void {
    this.#refusals = 0;
    this.#queue.shift()?.done(outcome);
  }

  #count(outcome: CallOutcome): void {
    this.#timeouts = outcome.kind === 'timeout' ? this.#timeouts + 1 : 0;
    if (this.#timeouts < TIMEOUTS_MAX) return;
    this.#timeouts = 0;
    this.#deps.linkIsDead();
  }

  /** Room for one more: the oldest sample goes; the message at the head may be on the wire and never does. */
  #makeRoom(): boolean {
    const victim = this.#queue.findIndex((message, i) => i > 0 && message.dispensable);
    if (victim === -1) return false;
    this.#queue.splice(victim, 1).forEach(drop);
    return true;
  }
}

function drop({ entry, dropped }: DurableMessage): void {
  entry.dropped = 'queue full';
  dropped?.();
}
