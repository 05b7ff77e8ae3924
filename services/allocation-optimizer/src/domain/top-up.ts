import type { Ledger } from './ledger.ts';

/**
 * FS5: one deci-amp each in order, until a whole pass changes nothing. Rows only become fuller here, so who once met a full one is not
 * asked again.
 *
 * @param indexes in the order in which they are served
 * @param upTo what each of them may have at most
 */
export function topUp(indexes: readonly number[], upTo: (index: number) => number, ledger: Ledger): void {
  for (let able = indexes; able.length > 0; ) {
    able = able.filter((index) => {
      const next = ledger.given(index) + 1;
      if (next > upTo(index) || ledger.obstacle(index, next) !== undefined) return false;
      ledger.give(index, next);
      return true;
    });
  }
}
