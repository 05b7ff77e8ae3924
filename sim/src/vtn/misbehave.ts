import { assertNever } from '@headroom/kernel';
import { instantText } from '../json.ts';
import type { Answer } from './answer.ts';
import { type HostileEvent, hostileEvent, isHostileEvent } from './hostile-events.ts';

/** Whole answers that go wrong. */
const BROKEN_ANSWERS = [
  'answers-500',
  /** 200, and a page for people. */
  'answers-html',
  /** Takes the request, and never says a word. */
  'hangs',
  'hangs-up',
  /** Says a length, sends half of it, and hangs up. */
  'cut-short',
  'body-of-10-mb',
  'slow-bytes',
  /** To `/elsewhere`: a VEN that follows takes its token to an address that nobody gave it. */
  'redirects',
] as const;

/** What a token says of its life. */
const TOKEN_LIVES = {
  'token-lifetime-zero': '0',
  'token-lifetime-negative': '-3600',
  'token-lifetime-huge': '1e300',
  'token-lifetime-infinite': '1e999',
  'token-lifetime-text': '"soon"',
  'token-lifetime-missing': undefined,
} as const;

export type Misbehaviour = (typeof BROKEN_ANSWERS)[number] | keyof typeof TOKEN_LIVES | HostileEvent;
/** Which addresses: `/auth/...`, all others, or both; or one family of objects alone. */
export type Where = 'auth' | 'objects' | 'everywhere' | 'subscriptions' | 'reports';

export const SLOW_BYTE_MS = 1_000;
export const BIG_BODY_BYTES = 10 * 1_048_576;
const CHUNK_BYTES = 65_536;
const ELSEWHERE = '/elsewhere';

/** What goes over the wire. */
export type Sending =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'hang-up' }
  | { readonly kind: 'bytes'; readonly head: SendingHead; readonly chunks: Iterable<string>; readonly cut?: boolean }
  | { readonly kind: 'drip'; readonly head: SendingHead; readonly text: string };

export interface SendingHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

export interface Mood {
  readonly mode: Misbehaviour;
  readonly where: Where;
  /** When it began: the date of the hostile event. */
  readonly sinceMs: number;
  /** Of the hostile event. */
  readonly programId: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const headOf = ({ status, headers }: Answer): SendingHead => ({ status, headers: { ...JSON_TYPE, ...headers } });

/** The answer as it should be sent. */
export const soundly = (answer: Answer): Sending => ({
  kind: 'bytes',
  head: headOf(answer),
  chunks: [JSON.stringify(answer.body)],
});

export interface Asked {
  readonly path: string;
  readonly skip: number;
  readonly limit: number;
  /** Sound events there are. */
  readonly events: number;
}

/** The answer as a VTN in this mood sends it. */
export function distorted(mood: Mood, answer: Answer, asked: Asked): Sending {
  const { path } = asked;
  const { mode, where } = mood;
  if (isLife(mode)) return path === '/auth/token' ? withLife(TOKEN_LIVES[mode], answer) : soundly(answer);
  if (path === ELSEWHERE) return soundly({ status: 200, body: [] });
  if (!isThere(where, path)) return soundly(answer);
  return isHostileEvent(mode) ? withHostileEvent(mood, mode, { answer, ...asked }) : broken(mode, answer);
}

function isThere(where: Where, path: string): boolean {
  const isAuth = path.startsWith('/auth/');
  switch (where) {
    case 'everywhere':
      return true;
    case 'auth':
      return isAuth;
    case 'objects':
      return !isAuth;
    case 'subscriptions':
    case 'reports':
      return path.startsWith(`/${where}`);
    default:
      return assertNever(where);
  }
}

const isLife = (mode: string): mode is keyof typeof TOKEN_LIVES => mode in TOKEN_LIVES;

function withLife(life: string | undefined, answer: Answer): Sending {
  if (answer.status !== 200) return soundly(answer);
  // As text: JSON knows no number beyond 1.8e308, and a sender may write one.
  const { expires_in: _, ...rest } = Object(answer.body) as Readonly<Record<string, unknown>>;
  const text = JSON.stringify(rest);
  return {
    kind: 'bytes',
    head: headOf(answer),
    chunks: [life === undefined ? text : `${text.slice(0, -1)},"expires_in":${life}}`],
  };
}

function broken(mode: Exclude<Misbehaviour, HostileEvent | keyof typeof TOKEN_LIVES>, answer: Answer): Sending {
  const text = JSON.stringify(answer.body);
  switch (mode) {
    case 'answers-500':
      return soundly({
        status: 500,
        body: { title: 'Internal Server Error', status: 500, detail: 'As it was told to.' },
      });
    case 'answers-html':
      return {
        kind: 'bytes',
        head: { status: 200, headers: { 'content-type': 'text/html' } },
        chunks: ['<!doctype html><html><body><h1>It works!</h1></body></html>'],
      };
    case 'hangs':
      return { kind: 'nothing' };
    case 'hangs-up':
      return { kind: 'hang-up' };
    case 'cut-short': {
      const head = headOf(answer);
      const headers = { ...head.headers, 'content-length': String(2 * Buffer.byteLength(text) + 1) };
      return { kind: 'bytes', cut: true, head: { ...head, headers }, chunks: [text] };
    }
    case 'body-of-10-mb':
      return { kind: 'bytes', head: headOf(answer), chunks: bigBody() };
    case 'slow-bytes':
      return { kind: 'drip', head: headOf(answer), text };
    case 'redirects':
      return { kind: 'bytes', head: { status: 307, headers: { location: ELSEWHERE } }, chunks: [] };
    default:
      return assertNever(mode);
  }
}

/** Sound JSON of 10 MB to the byte, in pieces: nobody holds it whole unless he wants to. */
function* bigBody(): Iterable<string> {
  const [head, tail] = ['[{"eventName":"', '"}]'];
  yield head;
  let left = BIG_BODY_BYTES - head.length - tail.length;
  for (; left > CHUNK_BYTES; left -= CHUNK_BYTES) yield 'x'.repeat(CHUNK_BYTES);
  yield 'x'.repeat(left);
  yield tail;
}

/** The last one of the events, behind the sound ones, and at its own address. */
function withHostileEvent(
  { sinceMs, programId }: Mood,
  mode: HostileEvent,
  { answer, path, skip, limit, events }: Asked & { readonly answer: Answer },
): Sending {
  const event = (): Iterable<string> => hostileEvent(mode, { now: instantText(sinceMs), programId });
  if (path === `/events/${mode}`) return { kind: 'bytes', head: headOf({ status: 200, body: {} }), chunks: event() };
  if (path !== '/events' || answer.status !== 200 || !Array.isArray(answer.body)) return soundly(answer);
  if (events < skip || events >= skip + limit) return soundly(answer);
  const sound = answer.body.map((each) => `${JSON.stringify(each)},`).join('');
  return { kind: 'bytes', head: headOf(answer), chunks: list(sound, event()) };
}

function* list(sound: string, last: Iterable<string>): Iterable<string> {
  yield `[${sound}`;
  yield* last;
  yield ']';
}
