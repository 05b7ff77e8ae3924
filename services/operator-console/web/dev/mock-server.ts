import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { historyDocument, liveDocument } from './mock-document.ts';
import { explanationDocument, previewDocument } from './mock-explanation.ts';
import { eventsDocument } from './mock-grid.ts';
import { temperatureDocument } from './mock-heat.ts';
import { stationDocument } from './mock-station.ts';
import { createMockSite, stepSite, type MockSite } from './mock-site.ts';

/**
 * Serves `dist` with a moving, made-up site, so that the page can be looked at without the platform: `node dev/mock-server.ts [port]`.
 * A scene is chosen in the address of the page: `?mock=empty | error | forbidden | offline | breach | fresh | slow | many | 200 |
 * event-scheduled | event-active | circuit-active | event-returning | event-completed | event-cancelled | event-refused | grid-lost | no-events |
 * station-odd | station-old | station-untold | heat | heat-silent | heat-unheard`.
 */
const DIST = join(import.meta.dirname, '..', 'dist');
const TICK_MS = 1000;
const STREAM_EVERY_MS = 500;
const OFFLINE_AFTER_MS = 2500;
const OFFLINE_FOR_MS = 40_000;
const SLOW_MS = 30_000;
const BREACH_KW = 24;
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const port = Number(process.argv[2] ?? 4173);
const nowMs = Date.now();
const depot = createMockSite({ siteId: 'demo-depot', name: 'Demo depot', evses: 24, nowMs, pastS: 3600 });
const young = createMockSite({ siteId: 'demo-depot', name: 'Demo depot', evses: 24, nowMs, pastS: 200 });
const large = createMockSite({ siteId: 'demo-depot', name: 'Harbour terminal', evses: 200, nowMs, pastS: 3600 });
let lostUntilMs = 0;
setInterval(() => {
  for (const site of [depot, young, large]) stepSite(site);
}, TICK_MS);

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    problem(response, 500, String(error));
  });
});
server.listen(port, '127.0.0.1', () => console.log(`Mock console: http://127.0.0.1:${port}`));

/** The page's own address carries the scene; its requests name the page. */
function sceneOf(request: IncomingMessage): string {
  const own = new URL(request.url ?? '/', 'http://mock').searchParams.get('mock');
  if (own !== null) return own;
  const page = request.headers.referer;
  return page === undefined ? '' : (new URL(page).searchParams.get('mock') ?? '');
}

const siteOf = (scene: string): MockSite => (scene === '200' ? large : scene === 'fresh' ? young : depot);

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://mock');
  if (!pathname.startsWith('/api/')) {
    await file(pathname, response);
    return;
  }
  const scene = sceneOf(request);
  if (scene === 'slow') await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
  if (scene === 'forbidden') {
    problem(response, 403, 'The request came for the host depot.example.net; this server answers on loopback only.');
    return;
  }
  if (scene === 'error') {
    problem(response, 503, 'The live state does not answer: the state store is not reachable.');
    return;
  }
  if (pathname === '/api/v1/sites') {
    json(response, 200, { items: siteItems(scene) });
    return;
  }
  await siteRequest({
    ...{ request, response, pathname, scene, evse: searchParams.get('evse') ?? '' },
    seconds: Number(searchParams.get('seconds') ?? 3600),
  });
}

function siteItems(scene: string) {
  if (scene === 'empty') return [];
  const first = { siteId: 'demo-depot', name: siteOf(scene).name };
  return scene === 'many'
    ? [first, { siteId: 'north', name: 'North yard' }, { siteId: 'hq', name: 'Head office' }]
    : [first];
}

interface SiteRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly pathname: string;
  readonly scene: string;
  readonly seconds: number;
  /** Of whom it is asked why. */
  readonly evse: string;
}

async function siteRequest({ request, response, pathname, scene, seconds, evse }: SiteRequest): Promise<void> {
  const site = siteOf(scene);
  const over = scene === 'breach' ? BREACH_KW : 0;
  if (pathname.endsWith('/live')) {
    if (scene === 'offline' && Date.now() < lostUntilMs) request.destroy();
    else json(response, 200, liveDocument(site, over, scene));
  } else if (pathname.endsWith('/live/history')) json(response, 200, historyDocument(site, seconds));
  else if (pathname.endsWith('/live/stream')) stream(request, response, () => liveDocument(site, over, scene), scene);
  else if (pathname.endsWith('/grid-events')) json(response, 200, eventsDocument(site, scene));
  else if (pathname.endsWith('/explanation')) json(response, 200, explanationDocument(site, evse));
  else if (pathname.includes('/stations/'))
    json(response, 200, stationDocument(pathname.split('/').at(-1) ?? '', scene));
  else if (pathname.endsWith('/temperature')) json(response, 200, temperatureDocument(site, scene));
  else if (pathname.endsWith('/preview')) json(response, 200, previewDocument(site));
  else if (pathname.endsWith('/limit-override')) await override(request, response, site);
  else if (pathname.includes('/demo/grid-events/')) problem(response, 422, 'The VTN of this run does not answer.');
  else problem(response, 404, `Nothing is at ${pathname}.`);
}

/** The scene "offline": the first document comes, the stream breaks soon after, and nothing answers for a while. */
function lose(response: ServerResponse): void {
  lostUntilMs = Date.now() + OFFLINE_FOR_MS;
  response.destroy();
}

function stream(request: IncomingMessage, response: ServerResponse, document: () => object, scene: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (): void => void response.write(`event: live\ndata: ${JSON.stringify(document())}\n\n`);
  send();
  const timer = setInterval(send, STREAM_EVERY_MS);
  if (scene === 'offline') setTimeout(() => lose(response), OFFLINE_AFTER_MS);
  request.on('close', () => clearInterval(timer));
}

async function override(request: IncomingMessage, response: ServerResponse, site: MockSite): Promise<void> {
  if (request.method === 'DELETE') {
    site.override = null;
    response.writeHead(204).end();
    return;
  }
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const body: { readonly powerKw?: number; readonly validUntil?: string; readonly reason?: string } = JSON.parse(text);
  if (body.powerKw === 13) {
    problem(response, 422, '13 kW cannot be held: the fallback limits of 24 EVSEs alone need 33.1 kW.');
    return;
  }
  site.override = {
    powerKw: body.powerKw ?? 0,
    validUntilMs: Date.parse(body.validUntil ?? ''),
    reason: body.reason ?? null,
  };
  json(response, 200, {});
}

async function file(pathname: string, response: ServerResponse): Promise<void> {
  const wanted = extname(pathname) === '' ? 'index.html' : normalize(pathname).replace(/^(\.\.[/\\])+/, '');
  try {
    const bytes = await readFile(join(DIST, wanted));
    const type = TYPES[extname(wanted)] ?? 'application/octet-stream';
    response.writeHead(200, { 'content-type': type, 'content-security-policy': "default-src 'self'" }).end(bytes);
  } catch {
    response.writeHead(404).end('Not here. Build the page first.');
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function problem(response: ServerResponse, status: number, detail: string): void {
  const body = { type: 'about:blank', title: 'Problem', status, detail };
  response.writeHead(status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
}
