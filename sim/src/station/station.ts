import type { Cancel, Rng } from '@headroom/kernel';
import type { CarSpec } from '../ev.ts';
import { type Json, optional } from '../json.ts';
import { between, rngFor } from '../rng.ts';
import { Bay } from './bay.ts';
import type { BayLoad, BayView, StartRequest } from './bay-view.ts';
import { DIALECTS } from './dialects.ts';
import type { BootAnswer, Dialect, OcppVersion, Reply, StationActions, TransactionMessage } from './dialect.ts';
import { createActions } from './inbound.ts';
import { createEars } from './ears.ts';
import { createLedger, type Ledger, type LedgerSnapshot } from './ledger.ts';
import { Link } from './link.ts';
import { createFirmwareStore } from './old-leases.ts';
import { withManners } from './manners.ts';
import { createMemory, type Loss, type Memory } from './memory.ts';
import { createOutside, type Outside } from './outside.ts';
import { OBEDIENT, type Persona } from './persona.ts';
import type { CallOutcome } from './rpc.ts';
import { createSettings, type Settings } from './settings.ts';
import { boundsOf, type StationConfig, type StationDeps, type TapOutcome } from './station-config.ts';
import { createStatusTeller, type StatusTeller } from './status-teller.ts';
import { triggered } from './triggers.ts';

/** Registers of stations in the field: somewhere between fresh and five years of service. */
const REGISTER_MAX_WH = 5_000_000;
const SERIAL_MAX = 25;

/** One virtual station: real OCPP over a real socket, profiles as firmware holds them, and a book of its own. */
export class Station {
  readonly stationId: string;
  readonly version: OcppVersion;
  readonly #config: StationConfig;
  readonly #deps: StationDeps;
  readonly #persona: Persona;
  readonly #dialect: Dialect;
  readonly #rng: Rng;
  readonly #settings: Settings;
  readonly #store: Memory;
  readonly #ledger: Ledger;
  readonly #bays = new Map<number, Bay>();
  readonly #link: Link;
  readonly #actions: StationActions;
  readonly #status: StatusTeller;
  /** What others than its central system do to it. */
  readonly outside: Outside;
  #skewMs: number;
  #rebootWhenIdle = false;
  #cancelBeat: Cancel | undefined;

  constructor(config: StationConfig, deps: StationDeps) {
    this.stationId = config.stationId;
    this.version = config.version;
    this.#config = config;
    this.#deps = deps;
    this.#persona = { ...OBEDIENT, ...config.persona };
    this.#dialect = DIALECTS[config.version];
    this.#rng = rngFor(config.seed, config.stationId);
    this.#skewMs = this.#persona.initialSkewMs;
    this.#ledger = createLedger(config.stationId, config.ledger);
    const bounds = boundsOf(config.evses, this.#persona);
    this.#settings = createSettings({ ...this.#persona, password: config.password, ...bounds });
    this.#store = createMemory(createFirmwareStore({ ...config, ...bounds }, this.#persona), {
      nowMs: () => this.#deps.clock.nowMs(),
      keepsLeases: this.#persona.keepsLeases,
      ignoresStationMax: this.#persona.stationMax === 'ignored',
    });
    this.#link = this.#createLink();
    const parts = { dialect: this.#dialect, bays: this.#bays, store: this.#store, link: this.#link };
    const stationNowMs = (): number => this.#deps.clock.nowMs() + this.#skewMs;
    this.outside = createOutside({ ...parts, ...config, stationNowMs });
    this.#status = createStatusTeller({
      ...{ dialect: this.#dialect, saysAvailable: this.#persona.saysAvailable, nowMs: stationNowMs },
      send: (outgoing) => this.#link.prompt(outgoing),
    });
    for (let evse = 1; evse <= config.evses; evse += 1) this.#bays.set(evse, this.#createBay(evse));
    this.#actions = this.#createActions();
  }

  /** Power on: dials, boots, and lives until `stop`. */
  start(): void {
    this.#cancelBeat ??= this.#deps.pulse.each(() => this.#beat());
    this.#link.start();
  }
  /** Power off, for good. */
  stop(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
    this.#link.stop();
  }
  /** The network goes; everything else goes on. */
  cutLink(): void {
    this.#link.stop();
  }
  restoreLink(): void {
    this.#link.start();
  }

  plug(evse: number, car: CarSpec): boolean {
    return this.#bays.get(evse)?.plug(car) ?? false;
  }
  unplug(evse: number): void {
    this.#bays.get(evse)?.unplug();
  }
  /** A card at the reader: starts a transaction on the plugged car, or ends the one that runs on this card. */
  tap(evse: number, idToken: string): Promise<TapOutcome> {
    const bay = this.#bays.get(evse);
    const running = bay?.transaction();
    if (bay === undefined || !bay.view().plugged) return Promise.resolve('no-car');
    if (running !== undefined) {
      if (running.idToken === idToken) bay.end('local');
      return Promise.resolve(running.idToken === idToken ? 'stopped' : 'refused');
    }
    return new Promise((resolve) => {
      this.#link.prompt(this.#dialect.authorize(idToken), (outcome) =>
        resolve(this.#authorized({ bay, idToken }, outcome)),
      );
    });
  }

  bay(evse: number): BayView | undefined {
    return this.#bays.get(evse)?.view();
  }
  load(evse: number): BayLoad | undefined {
    return this.#bays.get(evse)?.load();
  }
  isOnline(): boolean {
    return this.#link.isOnline();
  }
  /** Station clock minus platform clock. */
  skewMs(): number {
    return this.#skewMs;
  }
  /** Transaction messages not acknowledged yet. */
  waiting(): number {
    return this.#link.waiting();
  }
  ledger(): LedgerSnapshot {
    return this.#ledger.snapshot();
  }

  #createLink(): Link {
    const { identity } = this.#persona;
    const { connect, manners, timers } = this.#deps;
    return new Link({
      ...this.#deps,
      ...this.#persona,
      connect: manners === undefined ? connect : withManners(connect, manners, timers),
      ioTimers: this.#deps.ioTimers ?? this.#deps.timers,
      stationId: this.stationId,
      url: this.#config.url,
      identity: { ...identity, serialNumber: `${identity.serialNumber}-${this.stationId}`.slice(0, SERIAL_MAX) },
      ...{ dialect: this.#dialect, settings: this.#settings },
      rng: this.#rng,
      onCall: (action, payload) => this.#handle(action, payload),
      accepted: (answer) => this.#setClock(answer),
      offline: () => {
        if (!this.#persona.forgetsOffline) return;
        this.#deps.onForgot?.();
        this.forget({ what: 'everything', restart: 'none', refusesMs: 0 });
      },
      online: () => {
        for (const [evse, bay] of this.#bays) this.#status.send(evse, bay.view().status);
        this.#deps.log.info('sim.station.online', { stationId: this.stationId, skewMs: this.#skewMs });
      },
    });
  }

  #createBay(evse: number): Bay {
    return new Bay({
      ...{ ...this.#persona, ...this.#config, evse },
      ignores: () => this.#deps.onIgnores?.(),
      registerStartWh: Math.floor(this.#rng.next() * REGISTER_MAX_WH),
      nowMs: () => this.#deps.clock.nowMs(),
      skewMs: () => this.#skewMs,
      ...{ store: this.#store, ledger: this.#ledger },
      sampleS: () => this.#settings.sampleS(),
      sharers: () => Math.max(1, this.#busyBays()),
      isOnline: () => this.isOnline(),
      say: (message) => this.#say(message),
      statusChanged: (status) => this.#status.changed(evse, status),
      turnBegan: (turn) => this.#deps.onTurn?.(turn),
    });
  }

  #createActions(): StationActions {
    const { wiredPhases, nominalVoltageV } = this.#config;
    const nowMs = (): number => this.#deps.clock.nowMs();
    const ears = createEars({ ...this.#persona, timers: this.#deps.timers, nowMs });
    return createActions({
      ...{ bays: this.#bays, store: this.#store, settings: this.#settings, ledger: this.#ledger },
      nowMs,
      skewMs: () => this.#skewMs,
      whenApplied: ears.whenApplied,
      onCleared: ears.cleared,
      wattsPerAmp: wiredPhases * nominalVoltageV * (this.#config.outputPart ?? 1),
      composite: this.#persona.composite,
      afterReply: (act) => this.#link.afterReply(act),
      newTransaction: () => this.#newTransaction(),
      sharers: () => Math.max(1, this.#busyBays()),
      report: (requestId) => this.outside.report(requestId),
      trigger: (what, evse) => {
        const parts = { bays: this.#bays, link: this.#link, dialect: this.#dialect, settings: this.#settings };
        triggered({ ...parts, sendStatus: (number, status) => this.#status.send(number, status) }, what, evse);
      },
      reboot: () => this.reboot(),
      rebootWhenIdle: () => {
        this.#rebootWhenIdle = true;
      },
    });
  }

  #busyBays(): number {
    return [...this.#bays.values()].filter((bay) => bay.transaction() !== undefined).length;
  }

  #newTransaction(): Pick<StartRequest, 'key' | 'id'> {
    const key = this.#link.newId();
    return { key, ...optional('id', this.#dialect.newTransactionId(key)) };
  }

  #authorized(asked: { readonly bay: Bay; readonly idToken: string }, outcome: CallOutcome): TapOutcome {
    const unanswered = outcome.kind === 'lost' || outcome.kind === 'timeout';
    const accepted = outcome.kind === 'result' && this.#dialect.readAuthorize(outcome.payload);
    const allowed = accepted || (unanswered && this.#persona.startsOffline);
    const started = allowed && asked.bay.begin({ ...this.#newTransaction(), idToken: asked.idToken });
    return started ? 'started' : 'refused';
  }

  #say(message: TransactionMessage): void {
    const measurands = this.#settings.measurands();
    const form = this.#dialect.transaction(message, measurands);
    if (form === undefined) return;
    const entry = this.#ledger.message({
      action: form.action,
      evse: message.tx.evse,
      transactionKey: message.tx.key,
      createdAtMs: this.#deps.clock.nowMs(),
      attempts: 0,
    });
    this.#link.durable({
      entry,
      dispensable: message.kind === 'updated',
      build: () => this.#dialect.transaction(message, measurands) ?? form,
      done: (outcome) => this.#answered(message, outcome),
      dropped: () => {
        if (message.kind !== 'updated') message.tx.isUnsaid = true;
      },
    });
    // A station maximum is shared by the EVSEs that charge.
    if (message.kind !== 'updated' && this.#bays.size > 1) for (const bay of this.#bays.values()) bay.refresh();
  }

  #answered(message: TransactionMessage, outcome: CallOutcome): void {
    if (outcome.kind !== 'result') return;
    const { transactionId, refused } = this.#dialect.readTransaction(message, outcome.payload);
    if (transactionId !== undefined) message.tx.id = transactionId;
    const bay = this.#bays.get(message.tx.evse);
    if (refused && message.kind === 'started' && bay?.transaction()?.key === message.tx.key) bay.end('deauthorized');
  }

  /** The station's clock is set by what the other side says, and is wrong by its persona's error. */
  #setClock(answer: BootAnswer): void {
    const { clockErrorMs } = this.#persona;
    const errorMs = between(this.#rng, -clockErrorMs, clockErrorMs);
    this.#skewMs = Math.round(answer.currentTimeMs - this.#deps.clock.nowMs() + errorMs);
    for (const bay of this.#bays.values()) bay.refresh();
  }

  #handle(action: string, payload: Json): Reply {
    const handler = this.#dialect.commands.get(action);
    if (handler !== undefined && !this.#persona.unable.includes(action)) return handler(payload, this.#actions);
    const code = this.#dialect.knownActions.has(action) && handler === undefined ? 'NotSupported' : 'NotImplemented';
    return { kind: 'error', code, description: `${action} is not something this station does` };
  }

  reboot(): void {
    this.#rebootWhenIdle = false;
    // What is lost is lost at once: nothing of it holds any more once its transactions are over.
    if (this.#persona.forgetsOnReboot) this.#store.lose({ what: 'everything', refusesMs: 0 });
    for (const bay of this.#bays.values()) bay.end('reset');
    for (const bay of this.#bays.values()) bay.refresh(true);
    this.#link.restartAfter(this.#persona.rebootMs);
  }
  forgetsOnReboot = (): boolean => this.#persona.forgetsOnReboot;

  /** What it was told is gone. */
  forget(loss: Loss): void {
    this.#store.lose(loss);
    if (loss.restart === 'ends') this.reboot();
    if (loss.restart === 'resumes') this.#link.restartAfter(this.#persona.rebootMs);
    for (const bay of this.#bays.values()) bay.refresh(loss.restart !== 'none');
  }

  #beat(): void {
    this.outside.beat();
    for (const bay of this.#bays.values()) bay.beat();
    if (this.#rebootWhenIdle && this.#busyBays() === 0) this.reboot();
    this.#link.beat();
  }
}
