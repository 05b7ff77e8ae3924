/** A request of an operator that is under way. */
export interface Pending {
  /** Undefined while there is no answer and no end. */
  outcome(): { readonly status: number } | { readonly lost: string } | undefined;
}

export interface Command {
  readonly method: 'PUT' | 'DELETE';
  readonly url: string;
  readonly body?: unknown;
}

const PATIENCE_MS = 20_000;

export const send = ({ method, url, body }: Command): Promise<Response> =>
  fetch(url, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });

/** Sends a command, and does not wait. */
export function begin(command: Command): Pending {
  let outcome: ReturnType<Pending['outcome']>;
  void send(command).then(
    ({ status }) => {
      outcome = { status };
    },
    (cause: unknown) => {
      outcome = { lost: String(cause) };
    },
  );
  return { outcome: () => outcome };
}

export interface OpenStream {
  /** Events that have come. */
  readonly events: () => number;
  readonly ended: () => boolean;
}

/** Opens a stream of events, and resolves once the first has come. */
export async function openStream(url: string): Promise<OpenStream> {
  const answer = await fetch(url, { headers: { accept: 'text/event-stream' } });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!answer.ok || reader === undefined) throw new Error(`${url}: ${answer.status}`);
  const seen = { events: 0, ended: false };
  const first = Promise.withResolvers<void>();
  const follow = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      seen.events += value.split('event: live').length - 1;
      if (seen.events > 0) first.resolve();
    }
  };
  void follow()
    .catch(() => undefined)
    .finally(() => {
      seen.ended = true;
      first.resolve();
    });
  await first.promise;
  return { events: () => seen.events, ended: () => seen.ended };
}
