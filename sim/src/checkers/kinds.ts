/** What single stations can be told. */
export interface Kinds {
  /** Whole amperes only. */
  readonly takesWholeAmps: (stationId: string) => boolean;
  /** It stays at its permanent limit where less is decided (H79). */
  readonly isNeverPaused: (stationId: string) => boolean;
  /** Its leases do not end (SI28). */
  readonly keepsLeases: (stationId: string) => boolean;
  /** Whether its leases end nobody has told: a short one below its permanent limit is given to see it (SI28). */
  readonly isUnheardOf: (stationId: string) => boolean;
  /** It takes a lower limit to heart only once the higher one has ended (H78): it may be held against it. */
  readonly obeysOldLeases: (stationId: string) => boolean;
  /** It accepts a limit and does not keep to it (H78, H80): it is held against it. */
  readonly isUnruly: (stationId: string) => boolean;
  /** What it says of its limits is not what they are (H87): it may be told less than was decided for it. */
  readonly misstates: (stationId: string) => boolean;
}

const no = (): boolean => false;
export const OBEDIENT_KINDS: Kinds = {
  ...{
    takesWholeAmps: no,
    isNeverPaused: no,
    keepsLeases: no,
    isUnheardOf: no,
    obeysOldLeases: no,
    isUnruly: no,
    misstates: no,
  },
};
