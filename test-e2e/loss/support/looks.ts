/** Largest number of looks of one judge: two hours of ten a second, several times what the longest test takes. */
export const MAX_LOOKS = 72_000;

export interface Looks<Look> {
  add(look: Look): void;
  /** Throws once one look was too many: a judge that has gone blind must not be asked. */
  all(): readonly Look[];
}

/** What a judge has seen, from the first look to the last, or nothing at all. */
export function createLooks<Look>(most: number = MAX_LOOKS): Looks<Look> {
  const looks: Look[] = [];
  let isOver = false;
  return {
    add: (look) => {
      if (looks.length < most) looks.push(look);
      else isOver = true;
    },
    all: () => {
      if (isOver) throw new RangeError(`the judge keeps ${most} looks, and there were more: it has seen nothing since`);
      return looks;
    },
  };
}
