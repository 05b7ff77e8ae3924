import { err, ok, type Result, type Timers } from '@headroom/kernel';
import type { VtnHttp, VtnReply, VtnRequest } from '../../ports.ts';

/** Of one answer. A page of 50 events of a day in quarter-hours has some 500 kB. */
export const BODY_BYTES_MAX = 4 * 1_048_576;
/** From the first byte of the request to the last one of the answer, real time. */
export const DEADLINE_MS = 10_000;

export interface HttpClientOptions {
  /** Real time. */
  readonly timers: Pick<Timers, 'after'>;
  /** Default `BODY_BYTES_MAX`. */
  readonly bodyBytesMax?: number;
  /** Default `DEADLINE_MS`. */
  readonly deadlineMs?: number;
}

/** Node's own fetch, with bounds on all that a VTN decides. TLS is verified by Node's rules (DR-N8). */
export function createHttpClient(options: HttpClientOptions): VtnHttp {
  const { timers, bodyBytesMax = BODY_BYTES_MAX, deadlineMs = DEADLINE_MS } = options;
  return {
    async ask(request) {
      const abort = new AbortController();
      const cancel = timers.after(deadlineMs, () => abort.abort());
      try {
        return await exchange(request, { signal: abort.signal, bodyBytesMax });
      } catch (cause) {
        if (abort.signal.aborted) return err(`There is no whole answer within ${deadlineMs / 1_000} s.`);
        return err(`There is no whole answer (${codeOf(cause)}).`);
      } finally {
        cancel();
        // What is left of an answer that was refused.
        abort.abort();
      }
    },
  };
}

async function exchange(
  { url, method, bearer, form, json }: VtnRequest,
  { signal, bodyBytesMax }: { readonly signal: AbortSignal; readonly bodyBytesMax: number },
): Promise<Result<VtnReply, string>> {
  const response = await fetch(url, {
    method: method ?? (form === undefined ? 'GET' : 'POST'),
    headers: {
      accept: 'application/json',
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    // Who is sent on would bring its token to an address that nobody configured.
    redirect: 'manual',
    signal,
  });
  const { status } = response;
  if (status >= 300 && status < 400) return err(`The answer is a redirect (status ${status}), which is not followed.`);
  if (status < 200 || status >= 300 || status === 204) return ok({ status, body: undefined });
  const type = response.headers.get('content-type') ?? '';
  if (!/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type))
    return err(`The answer is no JSON: its content type is ${JSON.stringify(type.slice(0, 40))}.`);
  const text = await bodyOf(response, bodyBytesMax);
  if (text === undefined)
    return ok({ status, body: undefined, unread: { kind: 'too-large', mostBytes: bodyBytesMax } });
  try {
    return ok({ status, body: JSON.parse(text) as unknown });
  } catch {
    return ok({ status, body: undefined, unread: { kind: 'no-json' } });
  }
}

/** Undefined: too long. Counted as it comes, after decompression. */
async function bodyOf(response: Response, most: number): Promise<string | undefined> {
  if (Number(response.headers.get('content-length') ?? 0) > most) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body = response.body;
  if (body === null) return '';
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Node's fetch hides the cause one level down. By its code: errors of other realms are errors too. */
function codeOf(cause: unknown): string {
  const inner = isObject(cause) && 'cause' in cause && isObject(cause.cause) ? cause.cause : cause;
  if (!isObject(inner)) return 'unknown';
  if ('code' in inner && typeof inner.code === 'string') return inner.code;
  return 'name' in inner && typeof inner.name === 'string' ? inner.name : 'unknown';
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
