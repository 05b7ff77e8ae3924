import { createHeed, type Heed } from './heed.ts';
import { Meter } from './meter.ts';
import { onPhases } from './ledger.ts';
import { createOutput, type Output } from './output.ts';
import { createPilot, type Pilot } from './pilot.ts';
import { type CarSpec, Ev } from '../ev.ts';
import { optional } from '../json.ts';
import type { EffectiveLimit, LimitQuery } from '../profiles/store.ts';
import type { BayDeps, BayLoad, BayView, CarTurn, RunningTx, StartRequest } from './bay-view.ts';
import type { BayStatus, MeterSample, SampleContext, StopReason, TransactionMessage, UpdateCause } from './dialect.ts';

/** From a change of the limit to the extra sample. */
const CHANGE_SAMPLE_MS = 2_000;

const NEVER_MS = Number.POSITIVE_INFINITY;

/** One EVSE: socket, contactor, meter, and the transaction that runs on it. */
export class Bay {
  readonly #deps: BayDeps;
  #ev: Ev | undefined;
  #tx: RunningTx | undefined;
  #turn: CarTurn | undefined;
  #turnFromWh = 0;
  #turnBackFromWh = 0;
  /** The car is still there after its transaction. */
  #finished = false;
  /** What it is told; and what it does, which is the same where it keeps to that (H78, H80). */
  #obeyed: EffectiveLimit = { limitA: Number.NaN, source: 'hardware' };
  #doesA = Number.NaN;
  readonly #output: Output;
  readonly #meter: Meter;
  /** It says no more than an energy manager beside the platform allows. */
  readonly #pilot: Pilot;
  readonly #heed: Heed;
  #changeAtMs = NEVER_MS;
  #told: BayStatus = 'available';

  constructor(deps: BayDeps) {
    this.#deps = deps;
    this.#output = createOutput(deps);
    this.#pilot = createPilot(deps.pilotRisesAPerS);
    this.#heed = createHeed(deps);
    this.#meter = new Meter(deps, this.#output);
    this.#obey(deps.nowMs());
  }

  /** False: another car stands there. */
  plug(car: CarSpec): boolean {
    if (this.#ev !== undefined) return false;
    this.#advance();
    this.#ev = new Ev(this.#output.carAs(car), { ...this.#deps, nowMs: this.#deps.nowMs() });
    this.#meter.plugged(this.#ev);
    this.#finished = false;
    this.#tellStatus();
    return true;
  }

  /** Ends a running transaction as well. */
  unplug(): void {
    this.end('ev-disconnected');
    this.#meter.unplugged();
    this.#ev = undefined;
    this.#finished = false;
    this.#tellStatus();
  }

  /** False: no car, or a transaction runs already. */
  begin(request: StartRequest): boolean {
    if (this.#ev === undefined || this.#tx !== undefined) return false;
    this.#advance();
    const nowMs = this.#deps.nowMs();
    const tx: RunningTx = {
      ...request,
      evse: this.#deps.evse,
      startedAtMs: nowMs + this.#deps.skewMs(),
      seqNo: 0,
      lastSampleAtMs: nowMs,
      changedAtMs: nowMs,
      changeSampleAtMs: NEVER_MS,
      awaitsSettling: true,
    };
    this.#tx = tx;
    this.#turn = { transaction: tx, tookWh: 0, gaveWh: 0 };
    this.#turnFromWh = this.#meter.takenWh();
    this.#turnBackFromWh = this.#meter.backWh();
    this.#deps.turnBegan(this.#turn);
    this.#finished = false;
    this.#obey(nowMs);
    this.#ev.offer(this.#pilot.saysA(), nowMs, this.#obeyed.backA);
    this.#told = this.#status();
    this.#deps.statusChanged(this.#told);
    this.#deps.say({ kind: 'started', ...this.#common(tx, 'Transaction.Begin') });
    return true;
  }

  end(reason: StopReason): void {
    const tx = this.#tx;
    if (tx === undefined) return;
    this.#advance();
    const message: TransactionMessage = { kind: 'ended', reason, ...this.#common(tx, 'Transaction.End') };
    if (this.#turn !== undefined) {
      this.#turn.tookWh = this.#meter.takenWh() - this.#turnFromWh;
      this.#turn.gaveWh = this.#meter.backWh() - this.#turnBackFromWh;
      this.#turn.endedAtMs = this.#deps.nowMs();
    }
    this.#ev?.cut();
    this.#tx = undefined;
    this.#finished = true;
    this.#deps.store.transactionEnded(tx.key);
    this.#deps.say(message);
    this.#obey(this.#deps.nowMs());
    this.#tellStatus();
  }

  /** Its station was told a limit, for it or for all. */
  told(): void {
    this.#heed.told();
  }

  /** The profiles, the clock or the transactions of the station changed; or it has restarted. */
  refresh(hasRestarted = false): void {
    if (hasRestarted) this.#heed.restarted();
    this.#advance();
    this.#obey(this.#deps.nowMs());
  }

  /** One tick: physics, books, changes of state, samples that are due. */
  beat(): void {
    this.#advance();
    if (this.#deps.ledger.booksCurrents) this.#book();
    this.#tellStatus();
    if (this.#tx !== undefined) this.#samples(this.#tx);
  }

  /** A sample of the running transaction, now. */
  sampleNow(cause: UpdateCause): boolean {
    if (this.#tx === undefined) return false;
    this.#advance();
    this.#update(this.#tx, cause);
    return true;
  }

  sample(context: SampleContext): MeterSample {
    this.#advance();
    return this.#sample(context);
  }

  transaction(): Readonly<RunningTx> | undefined {
    return this.#tx;
  }

  load(): BayLoad {
    const ev = this.#ev;
    return {
      ...{ plugged: ev !== undefined, runs: this.#tx !== undefined },
      obeyed: this.#obeyed,
      ...(this.#doesA === this.#obeyed.limitA ? {} : { doesA: this.#doesA }),
      ...{ offeredA: this.#offeredA(), isHeldDown: this.#deps.store.mostA(this.#deps.evse) < this.#obeyed.limitA },
      currentA: this.#meter.currentA(),
      givesA: this.#meter.givesA(),
      phasesUsed: this.#meter.phasesUsed(),
      ...optional('battery', ev?.battery()),
      wantsA:
        this.#tx === undefined || (this.#obeyed.backA ?? 0) > 0
          ? 0
          : Math.min(ev?.wantsA() ?? 0, this.#deps.store.mostA(this.#deps.evse)),
    };
  }

  view(): BayView {
    const [tx, ev] = [this.#tx, this.#ev];
    return {
      ...this.load(),
      evse: this.#deps.evse,
      status: this.#status(),
      powerW: this.#meter.powerW(),
      registerWh: this.#meter.registerWh(),
      deliveredWh: ev?.deliveredWh() ?? 0,
      givenBackWh: this.#meter.backWh(),
      full: ev?.isFull() ?? false,
      ...(tx === undefined ? {} : { transaction: { key: tx.key, idToken: tx.idToken, ...optional('id', tx.id) } }),
      ...optional('soc', ev?.soc()),
    };
  }

  #query(atMs: number): LimitQuery {
    const { evse, skewMs, sharers } = this.#deps;
    return { evse, atMs: atMs + skewMs(), ...optional('tx', this.#tx), sharers: sharers() };
  }

  /** Asks the profiles what holds at `atMs` and moves the pilot. */
  #obey(atMs: number): void {
    const { store, skewMs, ledger, evse } = this.#deps;
    const before = this.#obeyed;
    const [said, { leastA }] = [store.limitAt(this.#query(atMs)), this.#output];
    const goesOn = this.#tx && before.limitA < leastA && said.limitA >= leastA;
    const now = this.#heed.of(said, goesOn);
    const nextMs = store.nextChangeAt(this.#query(atMs));
    this.#changeAtMs = nextMs === undefined ? NEVER_MS : nextMs - skewMs();
    this.#obeyed = now;
    const isSame = before.limitA === now.limitA && before.source === now.source && before.profileId === now.profileId;
    if (!isSame) ledger.limit({ atMs, evse, ...now });
    this.#doesA = this.#heed.does(now.limitA, this.#tx !== undefined);
    const hasMoved = this.#pilot.goTo(Math.min(this.#doesA, store.mostA(evse)), atMs);
    if (hasMoved || before.backA !== now.backA) this.#offer(atMs);
  }

  /** The pilot says something else from now on. */
  #offer(atMs: number): void {
    if (this.#tx === undefined) return;
    this.#ev?.offer(this.#pilot.saysA(), atMs, this.#obeyed.backA);
    this.#tx.changedAtMs = atMs;
    this.#tx.changeSampleAtMs = Math.min(this.#tx.changeSampleAtMs, atMs + CHANGE_SAMPLE_MS);
  }

  /** Physics up to now. A limit that began or ended since is offered at its own instant: the car follows from there. */
  #advance(): void {
    const nowMs = this.#deps.nowMs();
    while (this.#changeAtMs <= nowMs) this.#obey(this.#changeAtMs);
    if (this.#pilot.moveTo(nowMs)) this.#offer(nowMs);
    this.#ev?.advance(nowMs);
  }

  #offeredA(): number {
    const saysA = this.#pilot.saysA();
    return this.#tx === undefined || saysA < this.#output.leastA ? 0 : saysA;
  }

  #status(): BayStatus {
    if (this.#ev === undefined) return 'available';
    if (this.#tx === undefined) return this.#finished ? 'finishing' : 'preparing';
    if (this.#offeredA() === 0) return 'suspended-evse';
    return this.#ev.isFull() && this.#meter.currentA() + this.#meter.givesA() === 0 ? 'suspended-ev' : 'charging';
  }

  #sample(context: SampleContext): MeterSample {
    const { nowMs, skewMs } = this.#deps;
    // Who does not keep to a limit says that it does.
    const offeredA = Math.min(this.#offeredA(), this.#obeyed.limitA);
    return this.#meter.sample(context, { atMs: nowMs() + skewMs(), offeredA });
  }

  #common(tx: RunningTx, context: SampleContext) {
    const seqNo = tx.seqNo;
    tx.seqNo += 1;
    return { tx, sample: this.#sample(context), seqNo, offline: !this.#deps.isOnline(), status: this.#status() };
  }

  #update(tx: RunningTx, cause: UpdateCause): void {
    const context = cause === 'trigger' ? 'Trigger' : 'Sample.Periodic';
    this.#deps.say({ kind: 'updated', cause, ...this.#common(tx, context) });
  }

  #tellStatus(): void {
    const now = this.#status();
    if (now === this.#told) return;
    this.#told = now;
    this.#deps.statusChanged(now);
    if (this.#tx !== undefined) this.#update(this.#tx, 'state-changed');
  }

  #samples(tx: RunningTx): void {
    const nowMs = this.#deps.nowMs();
    if (this.#deps.sampleOnChange) this.#changeSamples(tx, nowMs);
    const periodMs = this.#deps.sampleS() * 1_000;
    if (periodMs === 0 || nowMs < tx.lastSampleAtMs + periodMs) return;
    // On the grid of the transaction, so that a late tick does not push all later ones.
    tx.lastSampleAtMs += Math.floor((nowMs - tx.lastSampleAtMs) / periodMs) * periodMs;
    this.#update(tx, 'periodic');
  }

  /** One sample soon after a change, and one more when the car has followed. */
  #changeSamples(tx: RunningTx, nowMs: number): void {
    const settled = this.#ev?.isSettled() ?? true;
    if (nowMs >= tx.changeSampleAtMs) {
      // A change in the last moment deserves a look of its own.
      tx.changeSampleAtMs = tx.changedAtMs > nowMs - CHANGE_SAMPLE_MS ? nowMs + CHANGE_SAMPLE_MS : NEVER_MS;
      tx.awaitsSettling = !settled;
      this.#update(tx, 'rate-changed');
    } else if (tx.awaitsSettling && settled && tx.changeSampleAtMs === NEVER_MS) {
      tx.awaitsSettling = false;
      this.#update(tx, 'rate-changed');
    }
  }

  #book(): void {
    const { ledger, nowMs, evse } = this.#deps;
    ledger.current({
      ...{ atMs: nowMs(), evse, ...onPhases(this.#meter.currentA(), this.#meter.phasesUsed()) },
      ...(this.#tx === undefined ? {} : { limitA: this.#obeyed.limitA }),
    });
  }
}
