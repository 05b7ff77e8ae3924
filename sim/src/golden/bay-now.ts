/** One bay at one instant, by the book of its station. */
export interface BayNow {
  /** What its supply gives, W; below 0: its car gives back. */
  readonly watts: number;
  /** A of each phase. */
  readonly flowA: number;
  readonly wantsA: number;
  readonly offeredA: number;
}
