/** What each session is to have at least by interval (kW), were it to have nothing more before; undefined: nothing is assured to it. */
export type AssuredKw = readonly (readonly number[] | undefined)[];

/** What a plan may give a session with a least power in an interval. */
export interface Turn {
  readonly fromKw: number;
  readonly toKw: number;
  /** Its need is met by the end of this one. */
  readonly isLast?: true;
}

/** By session, then by interval as far as budgets go; undefined: it has no least power. */
export type LeastTurns = readonly (readonly Turn[] | undefined)[];

/** What is known of the rules of bays before a program is made. */
export interface Ruled {
  /** Until a session has had that it gives nothing back, or it would do both at once to put its need off. */
  readonly assuredKw: AssuredKw;
  /** Absent: nobody asked for them yet. */
  readonly turns?: LeastTurns | undefined;
}
