import type { Clock, IdSource, Result, Timers } from '@headroom/kernel';
import { type Json, listAt, textAt } from '../json.ts';
import { type SimLog, silentLog } from '../log.ts';
import { type Answer, problem, type Refusal, refusal } from './answer.ts';
import { createApi } from './api.ts';
import { BODY_BYTES_MAX, PAGE_MAX, REQUESTS_KEPT } from './bounds.ts';
import { createCallbacks } from './callback.ts';
import { type Catalogue, createCatalogue } from './catalogue.ts';
import { distorted, type Misbehaviour, type Mood, type Sending, soundly, type Where } from './misbehave.ts';
import { createNotifier, type Notifier } from './notifier.ts';
import { type Received, serve } from './server.ts';
import { createTokens, type VtnClient } from './tokens.ts';
import type { Operation, Principal, VtnObject } from './vtn-object.ts';

export interface VtnConfig {
  readonly clock: Clock;
  /** Pauses and deadlines of I/O: real time also where `clock` is scaled. */
  readonly timers: Timers;
  /** Of objects, tokens and challenges. */
  readonly ids: IdSource;
  /** 0 picks one. Loopback only. */
  readonly port: number;
  readonly clients: readonly VtnClient[];
  /** Seconds of clock time. Default: an hour. */
  readonly tokenLifetimeS?: number;
  readonly log?: SimLog;
}

/** A request that came in. Neither its body nor its token is kept. */
export interface RequestSeen {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  /** With its question mark; empty: none. */
  readonly query: string;
  /** Undefined: no token that holds. */
  readonly clientId: string | undefined;
  /** As it would have been without misbehaviour. */
  readonly status: number;
}

/** A utility's side, in process: for tests, and for the button of the demo. It writes as business logic does. */
export interface Vtn {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  putProgram(program: Json): Result<VtnObject, Refusal>;
  /** Gives a client its ven object, with the targets it may ask for. */
  putVen(ven: VenGrant): Result<VtnObject, Refusal>;
  /** See `importLimitEvent`, `simpleLevelEvent`, `priceEvent` for sound ones. */
  putEvent(event: Json): Result<VtnObject, Refusal>;
  /** These fields change, the others stay. */
  modifyEvent(id: string, change: Json): Result<VtnObject, Refusal>;
  /** Deletes it (DR-T12). */
  cancelEvent(id: string): Result<VtnObject, Refusal>;
  events(): readonly VtnObject[];
  reports(): readonly VtnObject[];
  subscriptions(): readonly VtnObject[];
  /** The last ones, the oldest first. */
  requests(): readonly RequestSeen[];
  /** From now on, until `behave` or another misbehaviour. */
  misbehave(mode: Misbehaviour, where?: Where): void;
  behave(): void;
  /** All tokens end at once: a VEN has to take a 401 as "ask for a new one" (DR-N5). */
  endTokens(): void;
  /** Hangs up on everybody. */
  close(): Promise<void>;
}

export interface VenGrant {
  readonly clientId: string;
  readonly venName: string;
  readonly targets?: readonly string[];
}

const query = ({ searchParams }: URL, name: string): string | null => searchParams.get(name);

const OPERATOR: Principal = { clientId: 'vtn-operator', role: 'bl' };

/** Serves OpenADR 3.1 on loopback. Everything is in memory and ends with it. */
export async function startVtn(config: VtnConfig): Promise<Vtn> {
  const { clock, timers, ids, clients, tokenLifetimeS, log = silentLog } = config;
  const callbacks = createCallbacks(timers);
  const tokens = createTokens({
    ...{ clock, ids, clients },
    ...(tokenLifetimeS === undefined ? {} : { lifetimeS: tokenLifetimeS }),
  });
  const changed = (operation: Operation, object: VtnObject): void => {
    if (object.objectType === 'SUBSCRIPTION' && operation !== 'CREATE') notifier.forget(object.id);
    tellSubscribers({ catalogue, notifier, clients }, operation, object);
  };
  const catalogue: Catalogue = createCatalogue({ clock, ids, changed });
  const dead = (id: string): void => void catalogue.remove({ type: 'SUBSCRIPTION', id }, OPERATOR);
  const notifier = createNotifier({ timers, callbacks, log, dead });
  const api = createApi({ ...{ catalogue, tokens, callbacks, ids }, url: () => server.url });
  const seen: RequestSeen[] = [];
  let mood: Mood | undefined;

  const answer = async (received: Received): Promise<Sending> => {
    const { method, url, authorization, body } = received;
    const path = url.pathname;
    const { answer, clientId }: { readonly answer: Answer; readonly clientId?: string } =
      body === undefined
        ? { answer: problem(refusal(413, `The body has more than ${BODY_BYTES_MAX} bytes.`)) }
        : await api({ method, path, query: url.searchParams, authorization, body });
    seen.push({ atMs: clock.nowMs(), method, path, query: url.search, clientId, status: answer.status });
    if (seen.length > REQUESTS_KEPT) seen.shift();
    if (mood === undefined) return soundly(answer);
    const [skip, limit] = [Number(query(url, 'skip') ?? 0), Number(query(url, 'limit') ?? PAGE_MAX)];
    return distorted(mood, answer, { path, skip, limit, events: catalogue.all('EVENT').length });
  };

  const server = await serve({ port: config.port, clock, timers, answer });
  const event = (id: string) => ({ type: 'EVENT', id }) as const;
  return {
    url: server.url,
    putProgram: (program) => catalogue.create('PROGRAM', program, OPERATOR),
    putVen: ({ clientId, ...ven }) => catalogue.create('VEN', { ...ven, clientID: clientId }, OPERATOR),
    putEvent: (content) => catalogue.create('EVENT', content, OPERATOR),
    modifyEvent(id, change) {
      const old = catalogue.read(event(id), OPERATOR);
      return old.kind === 'err' ? old : catalogue.replace(event(id), { ...old.value, ...change }, OPERATOR);
    },
    cancelEvent: (id) => catalogue.remove(event(id), OPERATOR),
    events: () => catalogue.all('EVENT'),
    reports: () => catalogue.all('REPORT'),
    subscriptions: () => catalogue.all('SUBSCRIPTION'),
    requests: () => [...seen],
    misbehave(mode, where = 'everywhere') {
      const programId = catalogue.all('PROGRAM')[0]?.id ?? 'no-program';
      mood = { mode, where, programId, sinceMs: clock.nowMs() };
    },
    behave() {
      mood = undefined;
    },
    endTokens: () => tokens.endAll(),
    async close() {
      notifier.close();
      callbacks.close();
      await server.close();
    },
  };
}

/** Those who asked for it, and may see it (DR-N9), learn of a change. */
function tellSubscribers(
  at: { readonly catalogue: Catalogue; readonly notifier: Notifier; readonly clients: readonly VtnClient[] },
  operation: Operation,
  object: VtnObject,
): void {
  for (const subscription of at.catalogue.all('SUBSCRIPTION')) {
    const programId = textAt(subscription, 'programID');
    const ofProgram = object.objectType === 'PROGRAM' ? object.id : textAt(object, 'programID');
    if (programId !== undefined && ofProgram !== programId) continue;
    const clientId = textAt(subscription, 'clientID') ?? '';
    const role = at.clients.find((each) => each.clientId === clientId)?.role ?? 'ven';
    const targets = (listAt(subscription, 'targets') ?? []).filter((each) => typeof each === 'string');
    const seen = at.catalogue.seen(object, { clientId, role }, targets);
    if (seen !== undefined) at.notifier.offer(subscription, operation, seen);
  }
}
