import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Result } from '@headroom/kernel';
import type { EventOrder, UtilityControl } from './utility-control.ts';

/** Bytes of an order. */
export const ORDER_BYTES_MAX = 4_096;
const REQUEST_TIMEOUT_MS = 5_000;

/** Takes orders of the console for the utility of this run: the page's button ends here. On loopback, with a token of this run. */
export interface DemoDesk {
  readonly url: string;
  close(): Promise<void>;
}

interface Told {
  readonly status: number;
  readonly body?: object;
}

const refusal = (status: number, detail: string): Told => ({ status, body: { detail } });

/** Starts it on a free port. */
export async function startDemoDesk(control: UtilityControl, token: string): Promise<DemoDesk> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(control, token, request)
      .catch(() => refusal(500, 'The utility of this demo has failed.'))
      .then((told) => tell(response, told))
      .catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${portOf(server)}`, close: () => closed(server) };
}

function tell(response: ServerResponse, { status, body }: Told): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

async function answer(control: UtilityControl, token: string, request: IncomingMessage): Promise<Told> {
  if (!isSame(request.headers.authorization ?? '', `Bearer ${token}`))
    return refusal(401, 'Not the console of this run.');
  const { method, url = '' } = request;
  if (method === 'POST' && url === '/grid-events') {
    const order = orderOf(await textOf(request));
    if (order === undefined) return refusal(400, 'The order cannot be read.');
    return of(await control.order(order), 201);
  }
  const [, eventId] = /^\/grid-events\/([^/?]{1,400})$/.exec(url) ?? [];
  if (method === 'DELETE' && eventId !== undefined) return of(await control.withdraw(decodeURIComponent(eventId)), 200);
  return refusal(404, 'There is nothing at this address.');
}

const of = (result: Result<object, string>, status: number): Told =>
  result.kind === 'ok' ? { status, body: result.value } : refusal(422, result.error);

/** Undefined: too long. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) {
    text += String(part);
    if (text.length > ORDER_BYTES_MAX) return undefined;
  }
  return text;
}

function orderOf(text: string | undefined): EventOrder | undefined {
  try {
    const order: unknown = JSON.parse(text ?? '');
    if (typeof order !== 'object' || order === null) return undefined;
    const { siteId, limitKw, durationS, startInS } = order as Partial<Record<keyof EventOrder, unknown>>;
    if (typeof siteId !== 'string' || siteId.length > 63) return undefined;
    const numbers = [limitKw, durationS, startInS].filter((each) => typeof each === 'number' && Number.isFinite(each));
    const [kW = 0, forS = 0, inS = 0] = numbers as readonly number[];
    return numbers.length === 3 ? { siteId, limitKw: kW, durationS: forS, startInS: inS } : undefined;
  } catch {
    return undefined;
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const isSame = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
