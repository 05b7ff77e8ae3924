import { expect, test } from '@jest/globals';
import { demoSite } from '../documents.ts';
import { type BayNow, createClosings } from './closings.ts';
import type { DecidedLimit } from './decisions.ts';
import { siteFactsOf } from './site-facts.ts';

const PLAN = demoSite();
const [FIRST = ''] = siteFactsOf(PLAN.document).evses.keys();
const MINUTE_MS = 60_000;
const OPEN: BayNow = { runs: true, isClosed: false, isLeased: true };
const CLOSED: BayNow = { ...OPEN, isClosed: true };
const NOBODY: BayNow = { runs: false, isClosed: false, isLeased: false };

/** `lateMs`: it stands in the log that much later. */
type Deciding = Partial<DecidedLimit> & { readonly epoch?: number; readonly lateMs?: number };

/** Two closings an hour at most, by its document. */
function rig(mostClosingsAnHour: number | 'unsaid' = 2) {
  const details: string[] = [];
  const { spec } = PLAN.document;
  const evses = (all: (typeof spec.stations)[number]['evses']) =>
    all.map((evse) => (mostClosingsAnHour === 'unsaid' ? evse : { ...evse, switching: { mostClosingsAnHour } }));
  const stations = spec.stations.map((station) => ({ ...station, evses: evses(station.evses) }));
  const site = siteFactsOf({ ...PLAN.document, spec: { ...spec, stations } });
  const checker = createClosings(site, ({ checker: name, detail }) => void details.push(`${name} ${detail}`));
  let seq = 0;
  const decided = (minute: number, limitA: number, how: Deciding = {}): void => {
    const { epoch = 1, lateMs = 0, ...more } = how;
    seq += 1;
    const limits = [{ evseId: FIRST, transactionId: 'tx', limitA, ...more }];
    const decidedAtMs = minute * MINUTE_MS;
    checker.stored(decidedAtMs + lateMs, { kind: 'decided', shard: 0, epoch, seq, decidedAtMs, limits });
  };
  const look = (minute: number, bay: BayNow): void => checker.look(minute * MINUTE_MS + 1_000, FIRST, bay);
  return {
    details,
    decided,
    look,
    gone: () => checker.gone(FIRST),
    isSpent: (minute: number) => checker.isSpent(minute * MINUTE_MS, FIRST),
    owner: (minute: number, epoch: number) => checker.stored(minute * MINUTE_MS, { kind: 'opened', shard: 0, epoch }),
    /** Paused, and started a minute later. */
    cycle(minute: number, closed: BayNow = CLOSED): void {
      decided(minute, 0);
      look(minute, OPEN);
      decided(minute + 1, 16);
      look(minute + 1, closed);
    },
  };
}

test('OD2: who closes by decisions more often than his site says is told, in the hour in which he does', () => {
  const { details, cycle } = rig();
  for (const minute of [0, 10, 71, 80]) cycle(minute);
  expect(details).toEqual([]);
  cycle(100);
  expect(details).toEqual([
    `closings the contactor of ${FIRST} was closed 3 times within an hour by what was decided, of 2 at most`,
  ]);
});

test('who was raised as often as may be is to be raised no more before an hour is over', () => {
  const { cycle, decided, isSpent } = rig(2);
  decided(0, 16);
  expect(isSpent(0)).toBe(false);
  // The first is no raise from nothing, and what did not close counts as well.
  cycle(10);
  expect(isSpent(11)).toBe(false);
  cycle(20, OPEN);
  expect([isSpent(21), isSpent(70), isSpent(71)]).toEqual([true, true, false]);
  // Nor has one something who is out of reach, or of whom nobody knows what he obeys.
  decided(80, 0, { isFixed: true });
  decided(81, 16);
  decided(82, 16, { isFixed: true });
  decided(83, 16);
  expect(isSpent(84)).toBe(false);
  decided(85, 0, { isFixed: true });
  decided(86, 16);
  expect(isSpent(86)).toBe(true);
});

test('where a site says nothing it is eight times', () => {
  const { details, cycle } = rig('unsaid');
  for (let n = 0; n < 8; n += 1) cycle(3 * n);
  expect(details).toEqual([]);
  cycle(24);
  expect(details).toHaveLength(1);
});

test.each<readonly [string, (site: ReturnType<typeof rig>, minute: number) => void]>([
  [
    'closes without a decision: it was told once more, its lease ended, it has restarted',
    ({ look }, minute) => {
      look(minute, OPEN);
      look(minute + 1, CLOSED);
    },
  ],
  [
    'closes by its fallback, or beside its own manager',
    ({ cycle }, minute) => cycle(minute, { ...CLOSED, isLeased: false }),
  ],
  ['was raised, and does not close', ({ cycle }, minute) => cycle(minute, OPEN)],
  [
    'was away when it was decided that it has nothing',
    ({ decided, look }, minute) => {
      decided(minute, 0, { isFixed: true });
      look(minute, OPEN);
      decided(minute + 1, 16);
      look(minute + 1, CLOSED);
    },
  ],
  [
    'closes long after it was raised',
    ({ decided, look }, minute) => {
      decided(minute, 0);
      look(minute, OPEN);
      decided(minute + 1, 16);
      look(minute + 1, OPEN);
      look(minute + 4, CLOSED);
    },
  ],
  [
    'was lowered again before it closed, and then closes',
    ({ decided, look }, minute) => {
      decided(minute, 0);
      decided(minute + 1, 16);
      decided(minute + 1, 0);
      look(minute + 1, OPEN);
      look(minute + 2, CLOSED);
    },
  ],
  [
    'is raised by an owner who has lost his shard',
    ({ decided, look, owner }, minute) => {
      owner(minute, 100 + minute);
      decided(minute, 0, { epoch: 1 });
      look(minute, OPEN);
      decided(minute + 1, 16, { epoch: 1 });
      look(minute + 1, CLOSED);
    },
  ],
  [
    'is another car each time, which starts for the first time',
    ({ cycle, look }, minute) => {
      look(minute, NOBODY);
      cycle(minute);
    },
  ],
  [
    'has left the site in between',
    ({ cycle, gone }, minute) => {
      gone();
      cycle(minute);
    },
  ],
])('nothing is held against a bay that %s', (_, happens) => {
  const site = rig();
  for (let minute = 0; minute < 50; minute += 5) happens(site, minute);
  expect(site.details).toEqual([]);
});

test('a raise accounts for one closing: that it opens and closes again is another matter', () => {
  const { details, cycle, look } = rig();
  cycle(0);
  for (const minute of [1.2, 1.4, 1.6, 1.8]) {
    look(minute, OPEN);
    look(minute + 0.1, CLOSED);
  }
  expect(details).toEqual([]);
});

test('first starts are nobody’s fault, and count for those after them', () => {
  const { details, cycle, look } = rig();
  for (const minute of [0, 5, 10]) {
    look(minute, NOBODY);
    cycle(minute);
  }
  expect(details).toEqual([]);
  cycle(15);
  expect(details).toHaveLength(1);
});

test('it counts from when something was decided: what stands in the log late, or is obeyed late, is no shorter hour', () => {
  const { details, decided, look } = rig();
  const cycle = (minute: number, lateMs: number): void => {
    decided(minute, 0);
    look(minute, OPEN);
    decided(minute + 1, 16, { lateMs });
    look(minute + 1 + lateMs / MINUTE_MS, CLOSED);
  };
  cycle(0, MINUTE_MS);
  cycle(10, MINUTE_MS);
  cycle(60, 0);
  expect(details).toEqual([]);
  cycle(69, 0);
  expect(details).toHaveLength(1);
});

test('the first owner of all does not know of the first one, within his first hour; those after him know all', () => {
  const begun = rig();
  begun.owner(0, 1);
  for (const minute of [0, 10, 20]) begun.cycle(minute);
  expect(begun.details).toEqual([]);
  begun.cycle(30);
  expect(begun.details).toHaveLength(1);
  const later = rig();
  later.owner(0, 1);
  for (const minute of [70, 80]) later.cycle(minute);
  later.owner(85, 2);
  later.decided(90, 0, { epoch: 2 });
  later.look(90, OPEN);
  later.decided(91, 16, { epoch: 2 });
  expect(later.details).toEqual([]);
  later.look(91, CLOSED);
  expect(later.details).toHaveLength(1);
});
