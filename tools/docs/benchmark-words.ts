/** What people must know of a bench beside its figures: how it measures, what was tried. By its name. */
export interface BenchWords {
  readonly title: string;
  readonly how: readonly string[];
  /** What was tried and what it brought; why an aim is missed, where it is. */
  readonly tried: readonly string[];
}

export const INTRODUCTION: readonly string[] = [
  'How fast Headroom is, measured and not asserted: no test has a limit in wall time, and an aim that is missed stands here with',
  'its figure. Everything shares the cores of one small machine: stations, services, Kafka, PostgreSQL and Redis.',
  '',
  '```sh',
  'npm run bench -- --list                          # the questions',
  'npm run bench -- gateway                         # one of them, about five minutes',
  'npm run bench -- --times 3 --json docs/benchmarks.json && npm run docs   # this page',
  '```',
  '',
  'How all of them measure:',
  '',
  '- **Open loop.** A message is due at its instant whether or not the ones before it are answered, and its latency counts from',
  '  that instant. A system that stalls cannot hide what it held up.',
  '- **Warm.** What is measured begins after a warm-up, whose length each bench prints. Services start cold.',
  '- **Real parts.** The stack benches run every service as a process of its own, on Kafka, Redis and PostgreSQL with every commit',
  '  on the disk, traces sampled as in production (1 %).',
  '- **Cheap stations.** Virtual stations are one process that speaks WebSocket by itself; its CPU is told apart.',
  '- **CPU beside time.** On a busy machine the columns of the wall say little. CPU a message is read from `/proc`, of each process',
  '  with its children, from the end of the warm-up until the last row is in PostgreSQL.',
  '',
  'A profile of the services: `HEADROOM_BENCH_PROFILES=/tmp/profiles`, then the program by hand (`tools/bench/gateway.bench.ts 6000`',
  'asks for one load); each service writes its `.cpuprofile` there when it ends.',
];

export const WORDS: Readonly<Record<string, BenchWords>> = {
  latency: {
    title: 'From the meter to the station',
    how: [
      'Sites of 25 stations, one EVSE each, all of them charging and competing. The building of each site moves by a quarter of what the',
      'cars have, once in 10 s, at instants spread over the sites. A reading goes out through the public API every 2.5 s; cars send',
      'meter values every 10 s and draw what they are told.',
      '',
      'Which profile came of which reading is not guessed: the name of a command is the message id on its socket, its intent in',
      '`dispatch.facts` names the decision, the decision in `allocation.facts` says when it was made, and `metering.facts` when the',
      'reading was received. A profile counts as written when its station has read it. Decreases are the aim: they wait for nothing.',
      'An increase waits until room is certain ([safety](safety.md)), so only its first profile is told.',
    ],
    tried: [],
  },
  dispatch: {
    title: 'A limit drop for 1,000 EVSEs',
    how: [
      'One site of 1,000 stations, all charging. Its building rises by 2.4 A for each EVSE, every EVSE loses some of its current, and',
      'the clock runs from the decision to the last decrease that a station has read: each intent is journalled in Kafka before it',
      'leaves ([ADR 3](adr/0003-answers-of-commands-are-station-facts.md)), and each command passes the fence at its gateway.',
    ],
    tried: [],
  },
  gateway: {
    title: 'MeterValues: how many, how fast, at what cost',
    how: [
      'MeterValues of 1.6 in a transaction, one meter value of five sampled values (three currents, power, register), from 200 stations',
      'on eight sites, one message in flight for each. Answered means: parsed, judged, and acknowledged by Kafka (`acks=all`) before',
      'the station hears of it. Behind the answer the whole platform works on every message: the registry moves the register on,',
      'meter-ingestion tells `metering.facts` and writes a row, optimizer and dispatcher take it into account.',
      '',
      'The **floor** is measured in the same run: a bare `ws` server that answers a text of that size, the bare Kafka client with records',
      'of that size, a bare batched insert. No gateway can be cheaper than their sum. `lost` counts rows that did not come to stand in',
      'PostgreSQL for answered messages; it must be 0.',
    ],
    tried: [
      'What the profile of 26 November 2026 showed, and what was done:',
      '',
      '- **The registry gave each message a transaction of its own**: four statements and a commit on the disk to move one register.',
      '  It was the most expensive process but one, and made PostgreSQL the most expensive server. A run of readings is now one',
      '  statement in one commit; decisions about sessions still have one each. Closed loop, 200 stations, cold and on a loaded machine,',
      '  CPU a message before and after: registry 747 to 348 us, PostgreSQL 736 to 220 us, all processes 4,793 to 3,137 us.',
      '- **A fetch for every few records.** Five groups read what stations say or what becomes of it, and a fetch costs reader and broker',
      '  the same for one record as for a hundred. A consumer now rests after a fetch that brought something: 2 ms where control waits for',
      '  it, 10 ms at meter-ingestion, 20 ms at the registry, 100 ms where only sums are told. Who comes after a silence does not wait.',
      '- **A commit for every few rows.** Samples are gathered for 50 ms behind a commit; the first one after a silence goes at once.',
      '- **The depth of a frame was counted character by character** before it was parsed, a tenth of the own code of the gateway. A text',
      '  has no greater depth than brackets, and a frame has few. Own code, same machine, loaded: 149 us before, 107 and 124 after.',
      '',
      'Before, after the registry, and after all of it (`gateway.bench.ts 0`, closed loop, 200 stations, a load of 12 to 20 by other work):',
      'answered 260, 336 and 485 a second; CPU a message of all processes 4,793, 3,137 and 2,045 us, of Kafka 590, 413 and 321, of',
      'PostgreSQL 736, 220 and 178, of the registry 747, 348 and 182, of optimizer and dispatcher together 1,136, 817 and 438, of the',
      'gateway 740, 655 and 445. The first of the three still counted the warm-up. They compare, and say nothing of a quiet machine:',
      'processes that get a tenth of a core run cold code on cold caches, in batches of a few.',
    ],
  },
  'fast-loop': {
    title: 'One decision',
    how: [
      'The pure core of the optimizer: facts of a step are taken in, then it decides for each site. Three bays of four have a car, panels of',
      '25 bays bind, one EVSE in twenty draws something else at each step, the building moves. A site has 2,000 EVSEs at most, so',
      '10,000 are several sites.',
    ],
    tried: [],
  },
  restore: {
    title: 'A new owner',
    how: [
      'Snapshots and documents of 5,000 sites on 64 shards lie in Kafka; one process gets all shards at once, as the last one of its group',
      'does, and the clock runs until the last shard is caught up.',
    ],
    tried: [],
  },
  optimum: {
    title: 'How much of the optimum',
    how: [
      'Synthetic days of a workplace, a depot, a residential site and a DC hub, each a function of its seed; the limit of a site is such',
      'that the best possible allocator delivers 75, 90 or 97 % of what the cars could take. That optimum is a linear program in which',
      'all arrivals are known, no car has a minimum and no current a step; HiGHS solves it, and feasibility and gap are recomputed from',
      'its arrays by other code ([`verify.ts`](../libs/linear-program/src/verify.ts)). The causal bound knows the cars that are present',
      'and their true departures, and no arrival.',
      '',
      'Policies live on a grid of five minutes, know what drivers say (one in five says nothing, the others err), and offer 0 or from 6 A',
      'in steps of 1 A. Ours is the decision of the allocation-optimizer itself, told facts as the platform would tell them: of meters,',
      'samples and sessions. It has to learn what a car takes and on which phases; the others are told. Nothing here fails, and nobody is',
      'offline: what safety costs beside that is not in the figures.',
    ],
    tried: [],
  },
  plan: {
    title: 'One plan',
    how: [
      'The pure core of the planning loop with HiGHS in one thread: the model is built, each level is solved cold and proven from its',
      'arrays, the schedule is checked against the question, budgets are taken from it ([planning](planning.md)). Sites with panels of ten,',
      'PV, a battery, time of use, a demand charge, and two tiers that go short: four to six programs a plan. CPU is told, not the wall.',
    ],
    tried: [],
  },
};
