import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { Problem } from '../../domain/site-document.ts';

/** RFC 9457, with the single things that are wrong beside it. */
export const ProblemSchema = z
  .object({
    type: z.string().describe('Stable name of the kind of problem: urn:headroom:problem:<kind>.'),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe('What happened here, in a sentence.'),
    problems: z
      .array(
        z.object({
          code: z.string().describe('Closed list for each operation.'),
          detail: z.string(),
          pointer: z.string().describe('JSON pointer into the request body; empty: the whole.'),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem', description: 'What went wrong (RFC 9457).' });

type ProblemDocument = z.output<typeof ProblemSchema>;
const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What a handler answers. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  /** Default JSON. */
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const KINDS: ReadonlyMap<number, string> = new Map([
  [400, 'bad-request'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [405, 'method-not-allowed'],
  [406, 'not-acceptable'],
  [409, 'conflict'],
  [413, 'too-large'],
  [415, 'unsupported-media-type'],
  [422, 'refused'],
  [429, 'too-many-requests'],
  [501, 'unimplemented'],
  [503, 'unavailable'],
  [504, 'timed-out'],
]);

/** A problem as an answer. A status that is not of the list counts as a fault of ours. */
export function problem(
  status: number,
  detail: string,
  more: { readonly problems?: readonly Problem[]; readonly headers?: Readonly<Record<string, string>> } = {},
): Answer {
  const document: ProblemDocument = {
    type: `urn:headroom:problem:${KINDS.get(status) ?? 'internal'}`,
    title: STATUS_CODES[status] ?? 'Problem',
    status,
    detail,
    ...(more.problems === undefined ? {} : { problems: [...more.problems] }),
  };
  return {
    status,
    body: document,
    contentType: PROBLEM_TYPE,
    ...(more.headers === undefined ? {} : { headers: more.headers }),
  };
}

/** The request is well formed and refused: each reason for itself, their sentences together as the detail. */
export const refused = (problems: readonly Problem[]): Answer =>
  problem(422, problems.map((each) => each.detail).join(' ') || 'The request was refused.', { problems });
