export interface Ok<T> {
  readonly kind: 'ok';
  readonly value: T;
}
export interface Err<E> {
  readonly kind: 'err';
  readonly error: E;
}
/** A refusal is a value; `throw` is for bugs and broken ports. */
export type Result<T, E> = Ok<T> | Err<E>;

export const ok = <T>(value: T): Ok<T> => ({ kind: 'ok', value });
export const err = <E>(error: E): Err<E> => ({ kind: 'err', error });
