import { err, ok, type Result } from '@headroom/kernel';
import type { DemoDesk } from '../../config.ts';
import type { DemoUtility } from '../../ports.ts';

/** Real milliseconds: a VTN of the same machine answers at once. */
const TIMEOUT_MS = 5_000;
const ANSWER_CHARS_MAX = 4_096;
const SILENT = 'The utility of this demo does not answer. Its grid events go on without it.';

/** The desk of a demo run, asked over loopback; its token stays in this process. */
export function createDemoDesk({ url, token }: DemoDesk): DemoUtility {
  const ask = async (method: string, path: string, body?: object): Promise<Result<unknown, string>> => {
    try {
      const response = await fetch(`${url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = (await response.text()).slice(0, ANSWER_CHARS_MAX);
      const answer: unknown = text === '' ? {} : JSON.parse(text);
      if (response.ok) return ok(answer);
      return err(textIn(answer, 'detail') ?? `The utility of this demo answered ${response.status}.`);
    } catch {
      return err(SILENT);
    }
  };
  return {
    order: async (wish) => {
      const answer = await ask('POST', '/grid-events', wish);
      if (answer.kind === 'err') return answer;
      const eventId = textIn(answer.value, 'eventId');
      return eventId === undefined ? err(SILENT) : ok({ eventId });
    },
    withdraw: async (eventId) => {
      const answer = await ask('DELETE', `/grid-events/${encodeURIComponent(eventId)}`);
      return answer.kind === 'err' ? answer : ok(undefined);
    },
  };
}

function textIn(answer: unknown, key: string): string | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  const value: unknown = Object.entries(answer).find(([name]) => name === key)?.[1];
  return typeof value === 'string' ? value : undefined;
}
