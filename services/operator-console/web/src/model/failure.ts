import { fieldsOf, listOf, textOf } from './json-fields.ts';

/** Why a request did not give what was asked. */
export type Failure =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'forbidden'; readonly detail: string }
  | { readonly kind: 'not-found'; readonly detail: string }
  | { readonly kind: 'refused'; readonly detail: string; readonly problems: readonly string[] }
  | { readonly kind: 'unreadable'; readonly detail: string };

const MAX_PROBLEMS_SHOWN = 5;

/** RFC 9457 problem+json in words; a body that is none still gives a sentence. */
export function failureOf(status: number, body: unknown): Failure {
  const problem = fieldsOf(body);
  const detail = textOf(problem['detail']) ?? textOf(problem['title']) ?? `The server answered ${status}.`;
  if (status === 401 || status === 403) return { kind: 'forbidden', detail };
  if (status === 404) return { kind: 'not-found', detail };
  const problems = listOf(problem['problems'])
    .flatMap((each) => textOf(fieldsOf(each)['detail']) ?? [])
    .slice(0, MAX_PROBLEMS_SHOWN);
  return { kind: 'refused', detail, problems };
}

/** One line for places that have room for one. */
export function failureWords(failure: Failure): string {
  switch (failure.kind) {
    case 'unreachable':
      return 'Headroom cannot be reached. Nothing was changed.';
    case 'forbidden':
      return `Not allowed: ${failure.detail}`;
    case 'not-found':
    case 'unreadable':
      return failure.detail;
    case 'refused':
      return [failure.detail, ...failure.problems.filter((each) => each !== failure.detail)].join(' ');
  }
}
