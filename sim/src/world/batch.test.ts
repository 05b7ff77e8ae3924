import { expect, test } from '@jest/globals';
import type { Unjudged } from '../checkers/capacity.ts';
import { SIM_USAGE, simArguments } from './arguments.ts';
import { createProgress, progressLine } from './progress.ts';
import { type SeedJob, seedOptionsOf } from './seed-job.ts';
import { type Hearing, runPool, type Worker } from './seed-pool.ts';
import { problemOf, type SeedReport } from './seed-report.ts';
import { shrink } from './shrink.ts';
import { runBatch } from './batch.ts';
import { createTally, LEAST_MEAN_OF_IDEAL, TELLING_SEEDS } from './tally.ts';

const report = (seed: number, change: Partial<SeedReport> = {}): SeedReport => ({
  ...{
    seed,
    hash: 'a',
    violations: [],
    classes: ['link-loss'],
    rates: [['link-loss', 0.5]],
    fired: [['link-loss', 3]],
    firings: [],
  },
  ...{
    handovers: 1,
    acknowledged: 1,
    limited: 1,
    announced: 1,
    fullest: 0.9,
    ...{ excess: [], ladder: [], given: { wh: 0, overS: 0, longestS: 0 }, derated: 0 },
    bookedKwh: 1,
    renewals: 1,
    sites: 1,
    events: 10,
    capacity: { kind: 'judged', share: 0.97, ofIdeal: 0.94 },
  },
  ...change,
});

test('a golden site is played as long as it needs, and as a whole; what its document says is not said otherwise', () => {
  expect(simArguments(['--scenario', 'garage-50', '--faults', 'none'])).toMatchObject({
    kind: 'ok',
    value: { scenario: 'garage-50', hours: 1.6, stations: 60, faults: [] },
  });
  expect(simArguments(['--scenario=delta-208', '--hours=1', '--stations=9'])).toMatchObject({
    value: { hours: 1, stations: 9 },
  });
  const names = 'dc-hub-350, delta-208, depot-buses, depot-v2g, garage-50, residential, workplace-pv';
  const bad = [
    [['--scenario=garage'], `--scenario is "garage"; it must be one of ${names}`],
    [['--scenario=garage-50', '--share=equal'], '--share is said by the document of a scenario: leave it out'],
    [['--scenario=garage-50', '--sites=2'], '--sites is said by the document of a scenario: leave it out'],
    [['--scenario=garage-50', '--stations=61'], '--stations is "61"; it must be a whole number from 1 to 60'],
  ] as const;
  for (const [argv, error] of bad) expect(simArguments(argv)).toEqual({ kind: 'err', error });
  expect(SIM_USAGE).toContain(names);
});

test('the command line is taken or refused with a sentence', () => {
  const taken = simArguments(['--seed', '42', '--hours', '2', '--stations', '24', '--trace']);
  expect(taken).toMatchObject({ kind: 'ok', value: { from: 42, seeds: 1, hours: 2, stations: 24, trace: true } });
  expect(simArguments(['--seeds', '1000'])).toMatchObject({ kind: 'ok', value: { from: 1, seeds: 1_000, hours: 2 } });
  expect(simArguments(['--seeds', '500..599'])).toMatchObject({ kind: 'ok', value: { from: 500, seeds: 100 } });
  expect(simArguments(['--only', 'none'])).toMatchObject({ kind: 'ok', value: { only: [] } });
  const bad = [
    ['--seeds=0', '--seeds is "0"; it must be a whole number from 1'],
    ['--seeds=9..1', '--seeds is "9..1"; B must not be below A'],
    ['--seed=9007199254740991', '--seed is "9007199254740991"; it must be a whole number from 0 to 281474976710656'],
    ['--seeds=281474976710650..281474976710657', '--seeds takes up to 10000000 seeds, none above 281474976710656'],
    ['--seed=1.5', '--seed is "1.5"; it must be a whole number from 0 to 281474976710656'],
    ['--seed=0x10', '--seed is "0x10"; it must be a whole number from 0 to 281474976710656'],
    ['--seeds=1e3', '--seeds is "1e3"; it must be a whole number from 1'],
    ['--seed=x', '--seed is "x"; it must be a whole number from 0 to 281474976710656'],
    ['--hours=0.1', '--hours is "0.1"; it must be 0.25 to 24'],
    ['--stations=26', '--stations is "26"; it must be a whole number from 1 to 25'],
    ['--faults=link-loss,restart,link-loss', '--faults is "link-loss,restart,link-loss"; link-loss is named twice'],
    ['--workers=65', '--workers is "65"; it must be a whole number from 1 to 64'],
    ['--grid=often', '--grid is "often"; it must be always or none'],
    ['--heat=now', '--heat is "now"; it must be always or none'],
    ['--what', "Unknown option '--what'"],
  ] as const;
  for (const [argument, sentence] of bad) expect(simArguments([argument])).toEqual({ kind: 'err', error: sentence });
  const unknown = simArguments(['--faults=link-loss,fire']);
  expect(unknown.kind === 'err' && unknown.error).toMatch(/; "fire" is none of link-loss, /);
  expect(simArguments(['--faults=meter-loss,link-loss'])).toMatchObject({
    value: { faults: ['link-loss', 'meter-loss'] },
  });
  expect(simArguments(['--faults', ' link-loss, meter-loss '])).toMatchObject({
    value: { faults: ['link-loss', 'meter-loss'] },
  });
  for (const seeds of ['3', '1..3']) {
    const error = '--seed is one seed and --seeds are several: say one of the two';
    expect(simArguments(['--seed', '1', '--seeds', seeds])).toEqual({ kind: 'err', error });
  }
  expect(simArguments(['--grid=always'])).toMatchObject({ value: { grid: 'always' } });
  expect(simArguments(['--heat=always'])).toMatchObject({ value: { heat: 'always' } });
  expect(simArguments(['--shrink', '--seeds=2'])).toEqual({ kind: 'err', error: '--shrink takes one seed' });
});

test('two runs of a seed that leave different traces are a failure', () => {
  expect(problemOf(report(1, { secondHash: 'a' }))).toBeUndefined();
  expect(problemOf(report(1, { secondHash: 'b' }))).toContain('not deterministic');
});

test('from 20 seeds on a batch fails by a fault that never fired, and by no handovers; below, it says so and passes', () => {
  const concluded = (seeds: number, change: Partial<SeedReport>) => {
    const tally = createTally();
    for (let seed = 0; seed < seeds; seed += 1) tally.add(report(seed, change));
    const { lacks, unmet } = tally.conclude(['link-loss', 'meter-loss']);
    return { lacks, unmet };
  };
  const [idle, still] = ['these faults never fired: meter-loss', 'capacity never passed from one station to another'];
  expect(concluded(19, {})).toEqual({ lacks: [], unmet: [idle] });
  expect(concluded(20, {})).toEqual({ lacks: [idle], unmet: [] });
  expect(concluded(20, { handovers: 0 }).lacks).toEqual([idle, still]);
  expect(concluded(20, { limited: 0 }).lacks).toEqual([idle, 'no operator ever lowered a limit']);
  expect(concluded(20, { renewals: 0 }).lacks).toEqual([idle, 'no site ever stood still']);
  expect(concluded(20, { bookedKwh: 0 }).lacks).toEqual([idle, 'no energy of any car could be held against the books']);
  expect(concluded(20, { announced: 0 }).lacks).toEqual([idle, 'no utility ever announced a limit']);
  expect(concluded(1, { handovers: 0 })).toEqual({ lacks: [], unmet: [idle, still] });
});

test('how much of the capacity was used is told of so many seeds, and of those that could not tell, why; none at all fails', () => {
  const tally = createTally();
  const unjudged = (seed: number, why: Unjudged) => tally.add(report(seed, { capacity: { kind: 'unjudged', why } }));
  const line = (): string | undefined => tally.conclude([]).lines.find((each) => each.startsWith('capacity used'));
  for (let seed = 0; seed < 19; seed += 1) unjudged(seed, 'nobody wanted more');
  unjudged(19, 'wanted too shortly');
  expect(line()).toBe(
    'capacity used: judged in 0 of 20 seeds; in 20 not: nobody wanted more than he had 19, somebody did, for less than 120 s 1',
  );
  expect(tally.conclude([]).lacks).toEqual(['what was used of the capacity could be judged in no seed']);
  tally.add(report(20, { capacity: { kind: 'judged', share: 0.981, ofIdeal: 0.92 } }));
  tally.add(report(21));
  expect(line()).toMatch(
    /judged in 2 of 22 seeds, 97\.0 % at least \(of an ideal fill 93\.0 % in the mean\); in 20 not: /,
  );
  expect(tally.conclude([]).lacks).toEqual([]);
});

test('many runs that stay below the least of an ideal fill fail together, though each of them passes', () => {
  const lacksOf = (seeds: number, ofIdeal: number): readonly string[] => {
    const tally = createTally();
    for (let seed = 0; seed < seeds; seed += 1) {
      tally.add(
        report(seed, { capacity: { kind: 'judged', share: 1, ofIdeal: ofIdeal + (seed % 2 === 0 ? 0.05 : -0.05) } }),
      );
    }
    return tally.conclude([]).lacks;
  };
  expect(lacksOf(TELLING_SEEDS, LEAST_MEAN_OF_IDEAL + 0.001)).toEqual([]);
  expect(lacksOf(TELLING_SEEDS, LEAST_MEAN_OF_IDEAL - 0.001)).toEqual([
    'of an ideal fill flowed 87.4 % in the mean, where 87.5 % is the least',
  ]);
  expect(lacksOf(TELLING_SEEDS - 2, LEAST_MEAN_OF_IDEAL - 0.001)).toEqual([]);
});

const UNREST = {
  ...{ hours: 0.4, evseHours: 3, sent: 300, changes: 200, reversals: 90, wideReversals: 30, mostChangesAnHour: 70 },
  ...{ sessions: 10, starts: 13, mostStarts: 3 },
};

test('the unrest of limits is told, and many short seeds fail together by more than they may have of it', () => {
  const lacksOf = (change: Partial<typeof UNREST>, seeds = TELLING_SEEDS): readonly string[] => {
    const tally = createTally();
    for (let seed = 0; seed < seeds; seed += 1) tally.add(report(seed, { unrest: { ...UNREST, ...change } }));
    return tally.conclude([]).lacks;
  };
  expect(lacksOf({})).toEqual([]);
  expect(lacksOf({ sent: 526 })).toEqual([
    'limits sent to an EVSE in an hour: 175.33 in the mean, where 175 is the most',
  ]);
  expect(lacksOf({ reversals: 175 })).toEqual([
    'reversals of an EVSE in an hour: 58.33 in the mean, where 58 is the most',
  ]);
  expect(lacksOf({ starts: 16 })).toEqual(['starts of a session: 1.60 in the mean, where 1.55 is the most']);
  // Of few seeds, and of long ones, nothing is known.
  expect(lacksOf({ starts: 16 }, TELLING_SEEDS - 1)).toEqual([]);
  expect(lacksOf({ starts: 16, hours: 2 })).toEqual([]);
  const tally = createTally();
  tally.add(report(1, { unrest: UNREST, renewals: 7 }));
  expect(tally.conclude([]).lines.at(-1)).toBe(
    'limits of each EVSE and hour: 100.0 sent, 66.7 of them changes (70.0 at one EVSE), 30.0 reversals within a minute, 10.0 of an ampere and more; starts of a session: 1.30, 3 at most; while nothing changed: 7 renewals, and nothing else',
  );
});

test('SI24 what flowed above a limit is told by cause, conductors first, over all seeds', () => {
  const tally = createTally();
  const linesOf = (): readonly string[] => tally.conclude([]).lines.filter((line) => line.startsWith('above'));
  expect(linesOf()).toEqual(['above the rating of a conductor: never', 'above a limit in kW: never']);
  const toldOf = (): string | undefined => tally.conclude([]).lines.find((line) => line.startsWith('told to'));
  expect(toldOf()).toBe('told to stations that drew more than they were told: nothing');
  tally.add(report(4, { ladder: [['resend', 3]] }));
  tally.add(
    report(5, {
      ladder: [
        ['resend', 2],
        ['over', 1],
      ],
    }),
  );
  expect(toldOf()).toMatch(/: resend 5, ask 0, forbid 0, stop 0, inoperative 0, alarm 0, over 1$/u);
  const limit = { cause: 'limit', times: 2, seconds: 7, longestS: 4, mostA: 9 } as const;
  tally.add(report(1, { excess: [{ ...limit, of: 'power' }] }));
  tally.add(
    report(2, {
      excess: [
        { ...limit, of: 'power', longestS: 5, mostA: 3 },
        { ...limit, of: 'conductor', cause: 'load' },
      ],
    }),
  );
  expect(linesOf()).toEqual([
    "above the rating of a conductor: other load beyond its operator's word 2 times, 7 s in sum, 4.0 s at longest, 9.0 A at most",
    'above a limit in kW: a limit that dropped 4 times, 14 s in sum, 5.0 s at longest, 9.0 A at most',
  ]);
});

test('LC2 how many circuits came to bear something else is told where any did', () => {
  const tally = createTally();
  const told = () => tally.conclude([]).lines.filter((line) => line.startsWith('derated'));
  tally.add(report(1, {}));
  expect(told()).toEqual([]);
  tally.add(report(2, { derated: 12 }));
  tally.add(report(3, { derated: 7 }));
  expect(told()).toEqual(['derated by their temperature: circuits in 2 seeds, 19 times another limit']);
});

test('LC2 about one seed in six is hot, by itself; all or none of them if one says so; a golden day never is', () => {
  const isHot = (seed: number, more: Partial<SeedJob> = {}): boolean | undefined =>
    seedOptionsOf({ seed, hours: 1, stations: 8, ...more }).isHot;
  const hot = Array.from({ length: 3_000 }, (_, seed) => isHot(seed)).filter((is) => is === true).length / 3_000;
  expect(Math.abs(hot - 1 / 6)).toBeLessThan(0.025);
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    expect([isHot(seed, { heat: 'always' }), isHot(seed, { heat: 'none' })]).toEqual([true, false]);
    expect(isHot(seed, { golden: 'garage-50' })).toBeUndefined();
  }
});

test('MD18 what cars gave back is told where any did', () => {
  const tally = createTally();
  const told = () => tally.conclude([]).lines.filter((line) => line.startsWith('given back'));
  tally.add(report(1, {}));
  expect(told()).toEqual([]);
  tally.add(report(2, { given: { wh: 1_200, overS: 3, longestS: 2 } }));
  tally.add(report(3, { given: { wh: 1_140, overS: 4, longestS: 4 } }));
  expect(told()).toEqual([
    'given back by cars: 2.3 kWh in 2 seeds; more flowed out of a site than may for 7 s in sum, 4 s at longest',
  ]);
});

test('a fault that was asked for by its key and never fired fails the batch: the key may be mistyped', async () => {
  const { failed, lacks } = await runBatch({
    ...{ from: 1, seeds: 1, workers: 1, twice: false, hours: 0.26, stations: 1, only: ['x:y:z'] },
    say: () => undefined,
  });
  expect({ failed, lacks }).toEqual({ failed: [], lacks: ['the fault x:y:z never fired'] });
});

test('a worker that dies loses its seed only, and another goes on', async () => {
  const reports: SeedReport[] = [];
  let started = 0;
  const start = ({ reported, ended }: Hearing): Worker => {
    started += 1;
    const act = (seed: number): void => (seed === 2 ? ended('its process ended with SIGKILL') : reported(report(seed)));
    return { send: ({ seed }) => void setImmediate(() => act(seed)), kill: () => undefined, leave: () => undefined };
  };
  const jobs = [1, 2, 3].map((seed): SeedJob => ({ seed, hours: 1, stations: 1, twice: false })).values();
  await runPool({ workers: 1, jobs, onReport: (each) => void reports.push(each), start });
  expect(reports.map((each) => [each.seed, problemOf(each)])).toEqual([
    [1, undefined],
    [2, 'its process ended with SIGKILL'],
    [3, undefined],
  ]);
  expect(started).toBe(2);
});

test('a batch that is stopped gives its running seeds up and tells what was done; the line says which seeds are left', async () => {
  const stop = new AbortController();
  const killed: number[] = [];
  // Seed 2 never ends by itself, and seed 4 is the last thing that is heard.
  const start = ({ reported, ended }: Hearing): Worker => {
    let running = 0;
    const act = (seed: number): void => {
      if (seed !== 2) reported(report(seed, seed === 3 ? { secondHash: 'b' } : {}));
      if (seed === 4) setImmediate(() => stop.abort());
    };
    return {
      send: ({ seed }) => {
        running = seed;
        if (seed <= 4) setImmediate(() => act(seed));
      },
      kill: () => {
        killed.push(running);
        ended('its process ended with SIGKILL');
      },
      leave: () => undefined,
    };
  };
  const said: string[] = [];
  const result = await runBatch({
    ...{ from: 1, seeds: 9, workers: 2, twice: false, hours: 1, stations: 1 },
    ...{ say: (line: string) => void said.push(line), start, stop: stop.signal },
  });
  expect(killed.toSorted((a, b) => a - b)).toEqual([2, 5]);
  // Of the seeds that were killed nothing is told, and of 3 seeds nobody says what they should have met.
  expect(result).toEqual({ seeds: 3, failed: [3], lacks: [], openFrom: 2 });
  expect(said.at(-1)).toBe('stopped after 3 of 9 seeds; the others: --seeds 2..9');
  expect(said.filter((line) => line.startsWith('seed '))).toEqual([expect.stringMatching(/^seed 3 FAILED: /)]);
});

test('progress says how many, how fast and how long still; nothing is written where nobody watches', () => {
  expect(progressLine({ total: 200, done: 50, failed: 1, tookMs: 60_000 })).toBe(
    '50 of 200 seeds, 1 failed, 50.0 a minute, about 3 min left',
  );
  const written: string[] = [];
  let nowMs = 0;
  const progress = createProgress({ total: 2, monoMs: () => nowMs, write: (text) => void written.push(text) });
  progress.show(1, 0);
  nowMs = 199;
  progress.show(2, 0);
  expect(written).toHaveLength(1);
});

test('of a batch that takes hours a file shows a line each five minutes, with the hours that are left', () => {
  const noted: string[] = [];
  let nowMs = 0;
  const note = (line: string): void => void noted.push(line);
  const progress = createProgress({ total: 4_000, monoMs: () => nowMs, write: undefined, note });
  const shownAt = (atMs: number, done: number): void => {
    nowMs = atMs;
    progress.show(done, 1);
  };
  shownAt(299_999, 99);
  shownAt(300_000, 100);
  shownAt(599_999, 199);
  shownAt(600_000, 200);
  shownAt(6_000_000, 4_000);
  expect(noted).toEqual([
    '100 of 4000 seeds, 1 failed, 20.0 a minute, about 3.3 h left',
    '200 of 4000 seeds, 1 failed, 20.0 a minute, about 3.2 h left',
  ]);
});

test('DS-9 shrinking: of 200 faults the two that are needed together remain; its runs are bounded', async () => {
  const keys = Array.from({ length: 200 }, (_, i) => `k${i}`);
  const fails = async (some: readonly string[]) => some.includes('k17') && some.includes('k150');
  const shrunk = await shrink(keys, fails);
  expect([shrunk.keys, shrunk.isLeast]).toEqual([['k17', 'k150'], true]);
  expect(shrunk.runs).toBeLessThan(80);
  const cut = await shrink(keys, fails, { mostRuns: 3 });
  expect([cut.runs, cut.isLeast, await fails(cut.keys)]).toEqual([3, false, true]);
  // Nine of ten groups fall at once.
  const grouped = await shrink(keys, fails, { groupOf: (key) => key.slice(-1) });
  expect([grouped.keys, grouped.isLeast]).toEqual([['k17', 'k150'], true]);
});

test('how many sites a platform has is asked for, or drawn by the seed; a failure of one says which, and several are counted', async () => {
  expect(simArguments(['--sites', '2'])).toMatchObject({ kind: 'ok', value: { sites: 2 } });
  expect(simArguments([])).toMatchObject({ kind: 'ok', value: { sites: undefined } });
  expect(simArguments(['--sites', '4'])).toMatchObject({ kind: 'err' });
  const drawn = Array.from({ length: 100 }, (_, at) => seedOptionsOf({ seed: 101 + at, hours: 1, stations: 8 }).sites);
  expect([1, 2, 3].map((sites) => drawn.filter((each) => each === sites).length)).toEqual([77, 19, 4]);
  expect(seedOptionsOf({ seed: 104, hours: 1, stations: 8, sites: 1 })).toMatchObject({ sites: 1 });
  const violation = { checker: 'circuit', atMs: 0, detail: 'too much', siteId: 'site-003' } as const;
  expect(problemOf(report(1, { violations: [violation] }))).toBe(
    'circuit of site-003 at 00:00:00.000: too much (1 in all)',
  );
  const tally = createTally();
  for (const sites of [1, 3, 2, 2]) tally.add(report(sites, { sites }));
  expect(tally.conclude([]).lines[0]).toBe('sites on one platform: 2 in 2 seeds, 3 in 1 seeds; in the others one');
});
