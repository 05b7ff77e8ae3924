import { expect, test } from '@jest/globals';
import { ok } from '@headroom/kernel';
import { fakeVtn, VTN_URL } from '../testing/fake-vtn.ts';
import { createVtnAccess, TOKEN_CHARS_MAX, TOKEN_LIFE_MAX_MS, TOKEN_LIFE_USUAL_MS } from './vtn-access.ts';

function rig(over: { readonly tokenUrl?: string; readonly isAnonymous?: boolean } = {}) {
  const vtn = fakeVtn();
  let monoMs = 0;
  const credentials = { clientId: 'depot', clientSecret: 'very secret' };
  const source = {
    url: VTN_URL,
    ...(over.isAnonymous === true ? {} : { credentials }),
    ...(over.tokenUrl === undefined ? {} : { tokenUrl: over.tokenUrl }),
  };
  const access = createVtnAccess({ source, http: vtn, clock: { monoMs: () => monoMs } });
  return {
    ...{ vtn, access },
    pass: (ms: number) => void (monoMs += ms),
    tokensAsked: () => vtn.requests.filter(({ form }) => form !== undefined).length,
  };
}

test('DR-N5: one token serves until shortly before its end', async () => {
  const { vtn, access, pass, tokensAsked } = rig();
  vtn.tokens = new Set(['t1']);
  await access.get('/events');
  expect(vtn.requests[1]?.form).toEqual({
    grant_type: 'client_credentials',
    client_id: 'depot',
    client_secret: 'very secret',
  });
  pass(3_594_000);
  await access.get('/events');
  expect(tokensAsked()).toBe(1);
  pass(1_000);
  await access.get('/events');
  expect(tokensAsked()).toBe(2);
});

test('DR-N5: a token that is refused is asked for anew once, not for ever', async () => {
  const { vtn, access, tokensAsked } = rig();
  vtn.tokens = new Set(['t1']);
  await access.get('/events');
  vtn.tokens = new Set(['t2']);
  vtn.tokenReply = { access_token: 't2' };
  expect(await access.get('/events')).toEqual(ok({ kind: 'found', body: [] }));
  vtn.tokens = new Set();
  const before = tokensAsked();
  expect(await access.get('/events')).toEqual({ kind: 'err', error: 'The answer has status 401.' });
  expect(tokensAsked()).toBe(before + 1);
});

test.each([
  [0, TOKEN_LIFE_USUAL_MS],
  [-3_600, TOKEN_LIFE_USUAL_MS],
  ['soon', TOKEN_LIFE_USUAL_MS],
  [undefined, TOKEN_LIFE_USUAL_MS],
  [Number.POSITIVE_INFINITY, TOKEN_LIFE_MAX_MS],
  [1e300, TOKEN_LIFE_MAX_MS],
])('a token that says it lives for %s s is used for %d ms less a margin', async (life, usedMs) => {
  const { vtn, access, pass, tokensAsked } = rig();
  vtn.tokens = new Set(['t1']);
  vtn.tokenReply = { access_token: 't1', expires_in: life };
  await access.get('/events');
  pass(usedMs - 5_001);
  await access.get('/events');
  expect(tokensAsked()).toBe(1);
  pass(1);
  await access.get('/events');
  expect(tokensAsked()).toBe(2);
});

test('the secret goes to no host but the VTN’s own, unless it is configured', async () => {
  const elsewhere = 'http://127.0.0.1:8/token';
  const sent = rig();
  sent.vtn.instead.set('/auth/server', ok({ status: 200, body: { tokenURL: elsewhere } }));
  expect(await sent.access.get('/events')).toMatchObject({ error: expect.stringMatching(/another host/) });
  expect(sent.vtn.requests.map(({ url }) => url)).toEqual([`${VTN_URL}/auth/server`]);
  const configured = rig({ tokenUrl: elsewhere });
  await configured.access.get('/events');
  expect(configured.vtn.requests.map(({ url }) => url)).toEqual([elsewhere]);
});

test.each([
  ['no text', { access_token: 7 }],
  ['a line break', { access_token: 'a\r\nx-evil: 1' }],
  ['more than a header holds', { access_token: 'x'.repeat(TOKEN_CHARS_MAX + 1) }],
  ['nothing', []],
])('a token that is %s is none', async (_, tokenReply) => {
  const { vtn, access } = rig();
  vtn.instead.set('/auth/token', ok({ status: 200, body: tokenReply }));
  expect(await access.get('/events')).toMatchObject({ error: 'No token: the answer holds none that can be sent.' });
});

test('DR-N7: without a client id no token is asked for', async () => {
  const { vtn, access } = rig({ isAnonymous: true });
  expect(await access.get('/events')).toEqual(ok({ kind: 'found', body: [] }));
  expect(vtn.requests).toEqual([{ url: `${VTN_URL}/events` }]);
});
