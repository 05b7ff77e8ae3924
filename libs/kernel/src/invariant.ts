/** A bug of ours. Never caught to go on; the process (or the lane) ends with it. */
export class InvariantViolated extends Error {
  readonly code = 'INVARIANT_VIOLATED';
  constructor(message: string) {
    super(`invariant violated: ${message}`);
    this.name = 'InvariantViolated';
  }
}

/** Asserts what must hold in production too. */
export function invariant(condition: boolean, message: string): asserts condition {
  if (!condition) throw new InvariantViolated(message);
}

/** Ends every `switch` over a union, so that a new member does not compile until it is handled. */
export function assertNever(value: never): never {
  throw new InvariantViolated(`unexpected member ${JSON.stringify(value)}`);
}
