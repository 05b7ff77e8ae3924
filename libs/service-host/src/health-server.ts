import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunningTelemetry } from '@headroom/telemetry/otel';
import type { Service } from './service.ts';

export interface HealthServer {
  readonly port: number;
  close(): void;
}

export interface HealthOptions {
  readonly service: Service;
  /** 0 picks one. */
  readonly port: number;
  readonly handledCalls: () => Readonly<Record<string, number>>;
  readonly telemetry: Pick<RunningTelemetry, 'exposition' | 'finishedSpans'>;
}

/**
 * On loopback: `/healthz` (the process lives), `/readyz` (it may be given work; else why not, in words), `/metrics` (for
 * Prometheus), `/traces` (the newest finished spans, JSON) and `/calls` (rpc calls handled, by method).
 */
export async function serveHealth(options: HealthOptions): Promise<HealthServer> {
  const { port, service } = options;
  const sinceWhen = noteSince(service);
  const server: Server = createServer((request, response) => {
    const send = ({ status, text, type }: Answer): void => {
      response.writeHead(status, { 'content-type': type ?? 'text/plain; charset=utf-8' });
      response.end(`${text}\n`);
    };
    answerTo(request.url ?? '', options, sinceWhen.text).then(send, (cause: unknown) =>
      send({ status: 500, text: String(cause) }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      sinceWhen.stop();
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';
/** Prometheus chooses its parser by it. */
const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

async function answerTo(
  url: string,
  { service, handledCalls, telemetry }: HealthOptions,
  since: () => string,
): Promise<Answer> {
  switch (url) {
    case '/healthz':
      return { status: 200, text: 'alive' };
    case '/readyz': {
      const readiness = service.readiness();
      return readiness.kind === 'ready'
        ? { status: 200, text: 'ready' }
        : { status: 503, text: `not ready since ${since()}: ${readiness.why}` };
    }
    case '/metrics':
      return { status: 200, text: await telemetry.exposition(), type: EXPOSITION_TYPE };
    case '/traces':
      return { status: 200, text: JSON.stringify(telemetry.finishedSpans()), type: JSON_TYPE };
    case '/calls':
      return { status: 200, text: JSON.stringify(handledCalls()), type: JSON_TYPE };
    default:
      return { status: 404, text: 'only /healthz, /readyz, /metrics, /traces and /calls' };
  }
}

const LOOK_EVERY_MS = 1_000;

/** Since when a service is not ready: it is looked at each second, whether somebody asks or not. */
function noteSince(service: Service): { readonly text: () => string; readonly stop: () => void } {
  let sinceMs: number | undefined;
  const look = (): void => {
    if (service.readiness().kind === 'ready') sinceMs = undefined;
    else sinceMs ??= Date.now();
  };
  look();
  const looking = setInterval(look, LOOK_EVERY_MS);
  looking.unref();
  return {
    text: () => {
      look();
      const at = sinceMs ?? Date.now();
      return `${new Date(at).toISOString()} (${Math.round((Date.now() - at) / 1_000)} s)`;
    },
    stop: () => clearInterval(looking),
  };
}
