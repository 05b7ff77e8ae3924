import type { Timers } from '@headroom/kernel';
import { CALLBACK_TIMEOUT_MS, ECHO_BYTES_MAX } from './bounds.ts';

export interface CallbackRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  /** JSON text. */
  readonly body?: string;
  readonly bearerToken?: string | undefined;
}

/** Status and the first bytes of the body; undefined: no answer in time, or none at all. */
export type CallbackAnswer = { readonly status: number; readonly text: string } | undefined;

/** Calls the webhooks of VENs. */
export interface Callbacks {
  call(request: CallbackRequest): Promise<CallbackAnswer>;
  /** Ends the calls under way. */
  close(): void;
}

export function createCallbacks(timers: Timers): Callbacks {
  const underWay = new Set<AbortController>();
  return {
    async call({ url, method, body, bearerToken }) {
      const controller = new AbortController();
      underWay.add(controller);
      const cancel = timers.after(CALLBACK_TIMEOUT_MS, () => controller.abort());
      try {
        const response = await fetch(url, {
          method,
          // Who answers with another address is not the one that proved itself.
          redirect: 'error',
          signal: controller.signal,
          headers: {
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            ...(bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` }),
          },
          ...(body === undefined ? {} : { body }),
        });
        return { status: response.status, text: await firstBytes(response) };
      } catch {
        return undefined;
      } finally {
        cancel();
        underWay.delete(controller);
      }
    },
    close() {
      for (const controller of underWay) controller.abort();
    },
  };
}

/** One byte more than an echo may have, so that a longer one is told apart. */
async function firstBytes(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > ECHO_BYTES_MAX) break;
  }
  return Buffer.concat(chunks)
    .subarray(0, ECHO_BYTES_MAX + 1)
    .toString('utf8');
}
