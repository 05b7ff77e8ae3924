/** Something that must never be, and which checker saw it. */
export interface Violation {
  readonly checker: CheckerName;
  readonly atMs: number;
  /** A sentence with the numbers. */
  readonly detail: string;
  /** Whose site it is, of several. */
  readonly siteId?: string;
}

export type CheckerName =
  | 'circuit'
  | 'flow'
  | 'excess'
  | 'decided'
  | 'committed'
  | 'ladder'
  | 'given'
  | 'acknowledged'
  | 'books'
  | 'energy'
  | 'order'
  | 'fencing'
  | 'composites'
  | 'closings'
  | 'capacity'
  | 'silence'
  | 'documents'
  | 'platform';

export type Report = (violation: Violation) => void;
