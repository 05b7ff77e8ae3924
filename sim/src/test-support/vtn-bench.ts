import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Result } from '@headroom/kernel';
import { isObject, type Json, parseJson, textAt } from '../json.ts';
import type { VtnClient } from '../vtn/tokens.ts';
import { startVtn, type Vtn, type VtnConfig } from '../vtn/vtn.ts';
import { createManualTime, type ManualTime } from './manual-time.ts';

export const VEN: VtnClient = { clientId: 'depot', clientSecret: 'depot-secret', role: 'ven' };
export const OTHER_VEN: VtnClient = { clientId: 'mall', clientSecret: 'mall-secret', role: 'ven' };
export const UTILITY: VtnClient = { clientId: 'utility', clientSecret: 'utility-secret', role: 'bl' };

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Json;
  readonly list: readonly Json[];
}

export interface VtnBench {
  readonly vtn: Vtn;
  readonly time: ManualTime;
  /** Any request, without a token unless it is in `init`. */
  fetch(path: string, init?: RequestInit): Promise<Reply>;
  tokenOf(client: VtnClient): Promise<string>;
  /** As this client, with JSON. */
  call(client: VtnClient, request: string, body?: unknown): Promise<Reply>;
  close(): Promise<void>;
}

export const idOf = (object: Json | undefined): string => textAt(object ?? {}, 'id') ?? 'no-id';

export const must = <T>(result: Result<T, unknown>): T => {
  if (result.kind === 'err') throw new Error(JSON.stringify(result.error));
  return result.value;
};

/** A VTN on a port of its own, at a time that stands still. */
export async function startVtnBench(config: Partial<VtnConfig> = {}): Promise<VtnBench> {
  const time = createManualTime();
  let ids = 0;
  const vtn = await startVtn({
    clock: time.clock,
    timers: time.timers,
    ids: { next: () => `id-${(ids += 1)}` },
    port: 0,
    clients: [VEN, OTHER_VEN, UTILITY],
    ...config,
  });
  const fetchReply = async (path: string, init: RequestInit = {}): Promise<Reply> => {
    const response = await fetch(`${vtn.url}${path}`, init);
    const text = await response.text();
    const json = parseJson(text);
    return {
      ...{ status: response.status, headers: response.headers, text },
      json: isObject(json) ? json : {},
      list: Array.isArray(json) ? json : [],
    };
  };
  const tokenOf = async ({ clientId, clientSecret }: VtnClient): Promise<string> => {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
    const reply = await fetchReply('/auth/token', { method: 'POST', body: new URLSearchParams(form) });
    return String(reply.json['access_token']);
  };
  const tokens = new Map<VtnClient, string>();
  return {
    ...{ vtn, time, tokenOf },
    fetch: fetchReply,
    async call(client, request, body) {
      const [method = 'GET', path = '/'] = request.split(' ');
      const token = tokens.get(client) ?? (await tokenOf(client));
      tokens.set(client, token);
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return fetchReply(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    },
    close: () => vtn.close(),
  };
}

export interface Webhook {
  readonly url: string;
  readonly notifications: { readonly authorization: string | undefined; readonly body: Json }[];
  readonly challenges: string[];
  /** Answers to a challenge. Default: as it should be. */
  echo: (challenge: string) => string;
  /** Statuses of the next notifications, one each; then 200. 0: no answer. */
  readonly statuses: number[];
  /** Resolves when so many notifications were tried, since the start. */
  tried(count: number): Promise<void>;
  close(): Promise<void>;
}

/** The callback of a VEN. */
export async function startWebhook(): Promise<Webhook> {
  const notifications: { authorization: string | undefined; body: Json }[] = [];
  const challenges: string[] = [];
  const statuses: number[] = [];
  let waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const challenge = new URL(request.url ?? '', 'http://webhook').searchParams.get('echo');
    if (request.method === 'GET') {
      challenges.push(challenge ?? '');
      response.end(webhook.echo(challenge ?? ''));
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = parseJson(Buffer.concat(chunks).toString());
      notifications.push({ authorization: request.headers.authorization, body: isObject(body) ? body : {} });
      const status = statuses.shift() ?? 200;
      response.statusCode = status;
      response.setHeader('location', '/elsewhere');
      if (status > 0) response.end();
      for (const { count, resolve } of waiting) if (notifications.length >= count) resolve();
      waiting = waiting.filter(({ count }) => notifications.length < count);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const webhook: Webhook = {
    url: `http://127.0.0.1:${port}/hook`,
    ...{ notifications, challenges, statuses },
    echo: (challenge) => challenge,
    tried: (count) =>
      notifications.length >= count ? Promise.resolve() : new Promise((resolve) => waiting.push({ count, resolve })),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return webhook;
}
