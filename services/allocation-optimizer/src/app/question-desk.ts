/** Questions of people that are worked on at a time; a further one is refused, and may be asked again. */
export const QUESTIONS_AT_A_TIME = 2;

/**
 * Where questions of people are answered. One may take dozens of decisions: after each of them everything else that waits has its turn,
 * so that no limit comes later because somebody asked why.
 */
export class QuestionDesk {
  readonly #turn: () => Promise<void>;
  #underWay = 0;

  /** @param turn resolves once whoever waits has had his turn */
  constructor(turn: () => Promise<void>) {
    this.#turn = turn;
  }

  /** What the work comes to; undefined: as much as may be is under way. */
  async ask<T>(begin: () => Generator<undefined, T>): Promise<{ readonly value: T } | undefined> {
    return this.take(async () => {
      const work = begin();
      for (;;) {
        const step = work.next();
        if (step.done === true) return step.value;
        await this.#turn();
      }
    });
  }

  /** The same of work that waits by itself. */
  async take<T>(work: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    if (this.#underWay >= QUESTIONS_AT_A_TIME) return undefined;
    this.#underWay += 1;
    try {
      return { value: await work() };
    } finally {
      this.#underWay -= 1;
    }
  }
}
