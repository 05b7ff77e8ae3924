import type { Solver } from '@headroom/linear-program/highs';
import { feasibleWh, type SlottedDay } from '../site/slotted.ts';
import { DayProgram } from './day-program.ts';
import { type Built, solveCut } from './solve-cut.ts';
import type { Tangents } from './tangents.ts';

/** A share of 1 or so near below it. */
const WHOLE = 1 - 1e-7;
/** A row with a smaller price than this is not proven to be tight. */
const PRICED = 1e-9;
/** What was reached is asked for again with this little less: it is rounded. */
const SLACK = 1e-7;

/**
 * U3 (YS3), of each session: the share of what it could take that it gets where the worst share is as large as it can be, then the
 * second worst, and so on. Sessions that could take nothing have 1.
 */
export function fairBound(solver: Solver, { sessions, rows }: SlottedDay): readonly number[] {
  const could = sessions.map(feasibleWh);
  const shares: (number | undefined)[] = could.map((wh) => (wh > 0 ? undefined : 1));
  // Each round freezes somebody: as many rounds as sessions at the most.
  while (shares.includes(undefined)) {
    let level = 0;
    const open: (readonly [place: number, row: number])[] = [];
    const build = (tangents: Tangents): Built => {
      const program = new DayProgram(sessions, { worth: () => 0 });
      program.needs(({ needWh }) => needWh);
      for (const row of rows) program.conductor(row, { tangents });
      level = program.builder.column({ upper: 1, cost: -1 });
      open.length = 0;
      sessions.forEach((_, place) => {
        const fixed = shares[place];
        const couldWh = could[place] ?? 0;
        if (couldWh === 0) return;
        const row = program.energyRow(place, { lower: fixed === undefined ? 0 : (fixed - SLACK) * couldWh });
        if (fixed !== undefined) return;
        program.builder.add(row, level, -couldWh);
        open.push([place, row]);
      });
      return { program, rows };
    };
    const { colValue, rowDual } = solveCut(solver, build, 'fair bound');
    const reached = colValue[level] ?? 0;
    const tight = open.filter(([place, row]) => (rowDual[row] ?? 0) * (could[place] ?? 0) > PRICED);
    const frozen = reached >= WHOLE ? open : tight;
    if (frozen.length === 0) throw new Error(`fair bound: nobody is tight at ${reached}`);
    for (const [place] of frozen) shares[place] = reached;
  }
  return shares.map((share) => share ?? 1);
}
