import { STATUS_CODES } from 'node:http';

/** A no, as a value. `status` is that of HTTP. */
export interface Refusal {
  readonly status: number;
  /** A sentence. */
  readonly detail: string;
}

export const refusal = (status: number, detail: string): Refusal => ({ status, detail });

/** What is sent back, as JSON. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The standard's problem object (DR-N4). */
export const problem = ({ status, detail }: Refusal): Answer => ({
  status,
  body: { type: 'about:blank', title: STATUS_CODES[status] ?? 'Problem', status, detail },
  headers: {
    'content-type': 'application/problem+json',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  },
});
