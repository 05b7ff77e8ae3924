export type Readiness = { readonly kind: 'ready' } | { readonly kind: 'not-ready'; readonly why: string };

/** A running part of the platform. */
export interface Service {
  readonly name: string;
  /** Resolves once it is ready to serve. */
  start(): Promise<void>;
  readiness(): Readiness;
  /** Readiness first, then drain, then close. Bounded by `graceMs`. */
  stop(graceMs: number): Promise<void>;
}
