import { afterEach, expect, test } from '@jest/globals';
import { err, ok } from '@headroom/kernel';
import { systemTime } from '@headroom/service-host';
import { startUtility, type Utility } from './utility.ts';
import { OPEN_EVENTS_MAX } from './utility-control.ts';

const started: Utility[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

async function utility(siteIds: readonly string[] = ['depot']): Promise<Utility> {
  const time = systemTime();
  const made = await startUtility({ clock: time, io: time, speed: 1, siteIds });
  started.push(made);
  return made;
}

const ORDER = { siteId: 'depot', limitKw: 120, durationS: 60, startInS: 30 };

/** As the console asks. */
async function ask(
  { demo }: Utility,
  { method, path, body, token = demo.token }: { method: string; path: string; body?: unknown; token?: string },
) {
  const response = await fetch(`${demo.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = (text === '' ? {} : JSON.parse(text)) as { readonly eventId?: string; readonly detail?: string };
  return response.ok ? ok(answer.eventId ?? '') : err({ status: response.status, detail: answer.detail ?? '' });
}
const post = (of: Utility, body: unknown) => ask(of, { method: 'POST', path: '/grid-events', body });
const order = (of: Utility, part: object = {}) => post(of, { ...ORDER, ...part });
const withdraw = (of: Utility, id: string) => ask(of, { method: 'DELETE', path: `/grid-events/${id}` });

test('an order becomes an event at the VTN, by its REST API and with a token of its own', async () => {
  const made = await utility();
  const begunMs = Date.now();
  const ordered = await order(made);
  const [event] = made.vtn.events();
  expect(ordered).toEqual(ok(event?.id));
  expect(event).toMatchObject({
    programID: made.programId,
    targets: ['depot'],
    intervals: [
      { intervalPeriod: { duration: 'PT60S' }, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [120] }] },
    ],
  });
  const period = event?.['intervalPeriod'] as { readonly start: string } | undefined;
  expect(Date.parse(period?.start ?? '')).toBeGreaterThanOrEqual(begunMs + 30_000);
  const asked = made.vtn.requests().map(({ method, path, clientId }) => `${method} ${path} ${clientId}`);
  expect(asked).toEqual(['POST /auth/token undefined', 'POST /events utility-control-room']);
});

test('an event is taken back; one that was not made here is not', async () => {
  const made = await utility();
  const ordered = await order(made);
  const id = ordered.kind === 'ok' ? ordered.value : '';
  expect(await withdraw(made, id)).toMatchObject({ kind: 'ok' });
  expect(made.vtn.events()).toEqual([]);
  expect(await withdraw(made, id)).toEqual(
    err({ status: 422, detail: 'This event was not made here, or it is over.' }),
  );
});

test('without the token of the run nothing is done', async () => {
  const made = await utility();
  expect(await ask(made, { method: 'POST', path: '/grid-events', body: ORDER, token: 'guessed' })).toMatchObject({
    error: { status: 401 },
  });
  expect(made.vtn.events()).toEqual([]);
});

test.each([
  [{ limitKw: -1 }, /between 0 and 100000 kW, not at -1/],
  [{ durationS: 0 }, /from 1 to 14400 s, not 0/],
  [{ startInS: 3_601 }, /within 3600 s, not in 3601/],
  [{ siteId: 'elsewhere' }, /does not know elsewhere/],
])('an order with %o is refused with a sentence', async (part, sentence) => {
  const made = await utility();
  const refused = await order(made, part);
  expect(refused).toMatchObject({ error: { status: 422, detail: expect.stringMatching(sentence) } });
  expect(made.vtn.events()).toEqual([]);
});

test.each([['no JSON'], ['{}'], [JSON.stringify({ ...ORDER, limitKw: null })], ['x'.repeat(5_000)]])(
  'a body that is no order is refused: %.20s',
  async (body) => {
    const made = await utility();
    expect(await post(made, body)).toMatchObject({ error: { status: 400 } });
  },
);

test('events that have not ended are bounded: the first one over the bound is refused, until one is taken back', async () => {
  const made = await utility();
  const ids: string[] = [];
  for (let n = 0; n < OPEN_EVENTS_MAX; n += 1) {
    const ordered = await order(made);
    if (ordered.kind === 'ok') ids.push(ordered.value);
  }
  expect(ids).toHaveLength(OPEN_EVENTS_MAX);
  expect(await order(made)).toMatchObject({ error: { detail: expect.stringContaining('have not ended') } });
  await withdraw(made, ids[0] ?? '');
  expect(await order(made)).toMatchObject({ kind: 'ok' });
});

test('a token that has ended is asked for anew; a VTN that fails is said', async () => {
  const made = await utility();
  await order(made);
  made.vtn.endTokens();
  expect(await order(made)).toMatchObject({ error: { status: 422 } });
  expect(await order(made)).toMatchObject({ kind: 'ok' });
  for (const mode of ['answers-500', 'answers-html', 'hangs-up'] as const) {
    made.vtn.misbehave(mode);
    expect(await order(made)).toMatchObject({ error: { status: 422, detail: expect.stringContaining('VTN') } });
  }
});
