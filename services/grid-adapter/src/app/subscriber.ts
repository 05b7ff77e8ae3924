import { type Clock, err, ok, type Result } from '@headroom/kernel';
import { SILENT_TRACER, type Tracer } from '@headroom/telemetry';
import type { GridSourceConfig } from '../config.ts';
import { ID_CHARS_MAX, NAME_CHARS_MAX } from '../domain/bounds.ts';
import { readText, rootPlace } from '../domain/place.ts';
import type { GridAdapterEvents } from '../events.ts';
import type { Callback } from '../ports.ts';
import { PAGE_MAX } from './read-pages.ts';
import type { VtnAccess } from './vtn-access.ts';

/** How often it is asked whether the VTN still knows our subscriptions, and how soon one that failed is tried again. Of clock time. */
export const CHECK_EVERY_MS = 60_000;

/** Keeps the VTN calling us. What it fails in costs time alone: polls go on. */
export interface Subscriber {
  /** The VTN has just answered: subscribes, or looks whether we still are, if that is due. One at a time. */
  keep(): void;
  /** Calls are not heard any more. What still stands at the VTN is taken away by the next one who subscribes. */
  close(): void;
}

export interface SubscriberDeps {
  readonly source: Pick<GridSourceConfig, 'name' | 'version' | 'programIds' | 'routing'>;
  readonly access: VtnAccess;
  readonly callback: Callback;
  readonly clock: Pick<Clock, 'monoMs'>;
  readonly events: Pick<GridAdapterEvents, 'subscribed' | 'notSubscribed'>;
  /** Absent: nothing is traced. */
  readonly tracer?: Tracer;
  readonly onBug: (cause: unknown) => void;
}

export function createSubscriber(deps: SubscriberDeps): Subscriber {
  const { source, access, callback, clock, events, tracer = SILENT_TRACER, onBug } = deps;
  let ids: readonly string[] = [];
  let dueMonoMs = Number.NEGATIVE_INFINITY;
  let isUnderWay = false;
  let isClosed = false;
  let lastFailure = '';

  const turn = async (): Promise<void> => {
    const span = tracer.begin('keep the subscriptions at a utility', { attributes: { source: source.name } });
    const { traceId } = span;
    const outcome = await kept((subscriptions) => {
      if (!isClosed) events.subscribed({ source: source.name, subscriptions, traceId });
    });
    const failure = outcome.kind === 'ok' ? '' : outcome.error;
    span.end(failure === '' ? undefined : failure);
    if (isClosed) return;
    if (outcome.kind === 'ok') ids = outcome.value;
    if (failure !== '' && failure !== lastFailure) events.notSubscribed({ source: source.name, why: failure, traceId });
    lastFailure = failure;
  };
  /** Those that stand, where all are known; new ones else. */
  const kept = async (onMade: (subscriptions: number) => void): Promise<Result<readonly string[], string>> => {
    const known = ids.length > 0 && (await areKnown(access, ids));
    if (known !== false && ids.length > 0) return known === true ? ok(ids) : err(known);
    const made = await subscribe({ source, access, callback });
    if (made.kind === 'ok') onMade(made.value.length);
    return made;
  };

  return {
    keep() {
      if (isClosed || isUnderWay || clock.monoMs() < dueMonoMs) return;
      isUnderWay = true;
      turn()
        .catch(onBug)
        .finally(() => {
          isUnderWay = false;
          dueMonoMs = clock.monoMs() + CHECK_EVERY_MS;
        });
    },
    close() {
      isClosed = true;
      callback.close();
    },
  };
}

/** A sentence: nobody knows. */
async function areKnown(access: VtnAccess, ids: readonly string[]): Promise<boolean | string> {
  for (const id of ids) {
    const reply = await access.get(`/subscriptions/${encodeURIComponent(id)}`);
    if (reply.kind === 'err') return reply.error;
    if (reply.value.kind === 'not-there') return false;
  }
  return true;
}

type Order = Pick<SubscriberDeps, 'source' | 'access' | 'callback'>;

/** Takes away what earlier lives have left at the VTN, and subscribes. */
async function subscribe(order: Order): Promise<Result<readonly string[], string>> {
  const { source, access } = order;
  const old = await leftBehind(order);
  if (old.kind === 'err') return old;
  for (const id of old.value) await access.send('DELETE', `/subscriptions/${encodeURIComponent(id)}`);
  const ids: string[] = [];
  for (const wanted of wantedBy(order)) {
    const reply = await access.send('POST', '/subscriptions', wanted);
    if (reply.kind === 'err') return reply;
    const { status, body } = reply.value;
    const id = readText(rootPlace(body, []).child('id'), ID_CHARS_MAX);
    if (status >= 300 || id === undefined)
      return err(`The answer to a subscription has status ${status}${status < 300 ? ' and no id' : ''}.`);
    ids.push(id);
  }
  return ids.length > 0 ? ok(ids) : err(`${source.name} is of version 3.0, where a subscription needs a program id.`);
}

const clientNameOf = ({ name }: SubscriberDeps['source']): string => `headroom/${name}`.slice(0, NAME_CHARS_MAX);

/** Of the first page: each turn takes away what it finds. */
async function leftBehind({ source, access }: Order): Promise<Result<readonly string[], string>> {
  const reply = await access.get(`/subscriptions?skip=0&limit=${PAGE_MAX}`);
  if (reply.kind === 'err') return reply;
  if (reply.value.kind !== 'found' || !Array.isArray(reply.value.body))
    return err('The VTN has no list of subscriptions.');
  return ok(
    reply.value.body.slice(0, PAGE_MAX).flatMap((each: unknown) => {
      const place = rootPlace(each, []);
      const id = readText(place.child('id'), ID_CHARS_MAX);
      return id === undefined || place.child('clientName')?.value !== clientNameOf(source) ? [] : [id];
    }),
  );
}

/** As many as there are lists to read: one who names targets hears nothing of what has none (DR-N9). DR-V2, DR-V3, DR-V6. */
function wantedBy({ source, callback }: Order): readonly object[] {
  const { version, programIds, routing } = source;
  const operations = version === '3.1' ? ['CREATE', 'UPDATE', 'DELETE'] : ['POST', 'PUT', 'DELETE'];
  const head = {
    ...(version === '3.1' ? { objectType: 'SUBSCRIPTION' } : {}),
    clientName: clientNameOf(source),
    objectOperations: [
      { objects: ['PROGRAM', 'EVENT'], operations, callbackUrl: callback.url, bearerToken: callback.bearer },
    ],
  };
  const programs =
    programIds.length > 0 ? programIds.map((programID) => ({ programID })) : version === '3.1' ? [{}] : [];
  const targets = targetsAs(version, [...routing.targets.keys()]);
  return programs.flatMap((program) => targets.map((each) => ({ ...head, ...program, ...each })));
}

function targetsAs(version: '3.0' | '3.1', names: readonly string[]): readonly object[] {
  if (names.length === 0) return [{}];
  if (version === '3.1') return [{}, { targets: names }];
  const targets = names.map((name) => {
    const [type = '', ...rest] = name.split(':');
    return { type, values: [rest.join(':')] };
  });
  return [{}, { targets }];
}
