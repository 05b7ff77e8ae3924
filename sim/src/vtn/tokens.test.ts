import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createManualTime } from '../test-support/manual-time.ts';
import { startVtnBench, UTILITY, VEN, type VtnBench } from '../test-support/vtn-bench.ts';
import { CLIENTS_MAX, TOKEN_LIFETIME_S, TOKENS_PER_CLIENT_MAX } from './bounds.ts';
import { createTokens } from './tokens.ts';

let bench: VtnBench;
beforeEach(async () => {
  bench = await startVtnBench();
});
afterEach(() => bench.close());

const ask = (form: Readonly<Record<string, string>>) =>
  bench.fetch('/auth/token', { method: 'POST', body: new URLSearchParams(form) });
const CREDENTIALS = { grant_type: 'client_credentials', client_id: VEN.clientId, client_secret: VEN.clientSecret };

test('DR-N5: the token server is found at /auth/server, and gives a bearer token for client credentials', async () => {
  const { json } = await bench.fetch('/auth/server');
  expect(json).toEqual({ tokenURL: `${bench.vtn.url}/auth/token` });
  const reply = await ask(CREDENTIALS);
  expect(reply.status).toBe(200);
  expect(reply.json).toMatchObject({ token_type: 'Bearer', expires_in: TOKEN_LIFETIME_S });
  expect(reply.headers.get('cache-control')).toBe('no-store');
});

test('DR-N5: a wrong secret and an unknown client are 401, other faults 400 in the words of RFC 6749', async () => {
  const faults = await Promise.all([
    ask({ ...CREDENTIALS, client_secret: 'guessed' }),
    ask({ ...CREDENTIALS, client_id: 'nobody' }),
    ask({ grant_type: 'password', client_id: VEN.clientId }),
    ask({}),
    ask({ ...CREDENTIALS, scope: 'read_all' }),
  ]);
  expect(faults.map(({ status, json }) => [status, json['error']])).toEqual([
    [401, 'invalid_client'],
    [401, 'invalid_client'],
    [400, 'unsupported_grant_type'],
    [400, 'invalid_request'],
    [400, 'invalid_scope'],
  ]);
});

test('DR-N5: without a token, with a wrong one and with one that has ended the answer is 401 and a problem', async () => {
  const authorization = `Bearer ${await bench.tokenOf(VEN)}`;
  const statusWith = async (headers: Record<string, string>) => (await bench.fetch('/programs', { headers })).status;
  expect(await statusWith({ authorization })).toBe(200);
  expect(await statusWith({ authorization: 'Bearer made-up' })).toBe(401);
  bench.time.advance(TOKEN_LIFETIME_S * 1_000 - 1);
  expect(await statusWith({ authorization })).toBe(200);
  bench.time.advance(1);
  expect(await statusWith({ authorization })).toBe(401);
  const reply = await bench.fetch('/programs');
  expect(reply.json).toMatchObject({ title: 'Unauthorized', status: 401 });
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
});

test('DR-N5: all tokens can be ended at once; a new one holds', async () => {
  const authorization = `Bearer ${await bench.tokenOf(VEN)}`;
  bench.vtn.endTokens();
  expect((await bench.fetch('/programs', { headers: { authorization } })).status).toBe(401);
  const fresh = `Bearer ${await bench.tokenOf(VEN)}`;
  expect((await bench.fetch('/programs', { headers: { authorization: fresh } })).status).toBe(200);
});

test('bound: the first token over the limit ends the oldest of the same client, and of no other', async () => {
  const utility = `Bearer ${await bench.tokenOf(UTILITY)}`;
  const tokens: string[] = [];
  for (let i = 0; i <= TOKENS_PER_CLIENT_MAX; i += 1) tokens.push(`Bearer ${await bench.tokenOf(VEN)}`);
  const statuses: number[] = [];
  for (const authorization of [...tokens, utility])
    statuses.push((await bench.fetch('/programs', { headers: { authorization } })).status);
  expect(statuses).toEqual([401, ...Array.from({ length: TOKENS_PER_CLIENT_MAX + 1 }, () => 200)]);
});

test('bound: one client over the limit does not start', () => {
  const { clock } = createManualTime();
  const clients = Array.from({ length: CLIENTS_MAX + 1 }, (_, i) => ({ ...VEN, clientId: `ven-${i}` }));
  expect(() => createTokens({ clock, ids: { next: () => 'id' }, clients })).toThrow(RangeError);
  expect(() => createTokens({ clock, ids: { next: () => 'id' }, clients: clients.slice(1) })).not.toThrow();
});
