import { expect, test } from '@jest/globals';
import { TOPICS } from '@headroom/contracts';
import { createMemoryEventLog, type MemoryEventLog } from '@headroom/event-log';
import { type EpochMs, epochMs, err, ok, siteId } from '@headroom/kernel';
import type { SiteModel } from '@headroom/site-model';
import { settle } from '@headroom/testing';
import fc from 'fast-check';
import { Owner } from '../../app/decide-again.fixture.ts';
import { WHOLE_EVERY } from '../../app/keep-inputs.ts';
import { QuestionDesk } from '../../app/question-desk.ts';
import { type ReplayAnswer, replayDecision } from '../../app/replay-decision.ts';
import * as given from '../../domain/given.fixture.ts';
import {
  type Event,
  GIVING,
  happening,
  happeningOfGivers,
  OPENED,
  openedByGivers,
  PANEL,
  reading,
} from '../../domain/test-support/events-of-a-day.ts';
import type { WhichDecision } from '../../ports.ts';
import { sha256Hasher } from '../crypto/sha256.ts';
import { createInputsLog } from './decision-inputs.ts';
import { createDecisionLog } from './decision-log.ts';
import { numberOf } from './find-record.ts';
import { createPastDecisions } from './past-decisions.ts';
import { keptPlanOf, keptPlanToWire } from './plan-wire.ts';

const SITE_ID = siteId(given.DEPOT.siteId);
const FACTS = TOPICS.allocationFacts.name;
const INPUTS = TOPICS.allocationInputs.name;

/** Documents as numbers: their own codec has its own tests. */
class Documents {
  readonly #models: SiteModel[] = [];
  of = (model: SiteModel): Uint8Array => {
    if (!this.#models.includes(model)) this.#models.push(model);
    return Uint8Array.of(this.#models.indexOf(model) + 1);
  };
  read = (bytes: Uint8Array) => {
    const model = this.#models[(bytes[0] ?? 0) - 1];
    return model === undefined ? err('no such document') : ok(model);
  };
}

interface Kept {
  readonly owner: Owner;
  readonly log: MemoryEventLog;
  readonly ask: (which: WhichDecision, of?: string) => Promise<ReplayAnswer>;
}

async function kept(maxRecordsPerPartition = 20_000, site = PANEL): Promise<Kept> {
  const log = createMemoryEventLog({ maxRecordsPerPartition });
  const specs = [FACTS, INPUTS].map(
    (name) => ({ name, partitions: 1, cleanup: 'delete', replicationFactor: 1 }) as const,
  );
  await log.ensureTopics(specs);
  const documents = new Documents();
  const decisions = createDecisionLog(log);
  const owner = new Owner(given.siteOf(site), {
    always: false,
    log: {
      append: (record) => decisions.append(record, () => true),
      inputs: createInputsLog(log, documents.of),
      hasher: sha256Hasher,
    },
  });
  const desk = new QuestionDesk(() => Promise.resolve());
  const past = createPastDecisions(log, documents.read);
  const ask: Kept['ask'] = (which, of = SITE_ID) =>
    replayDecision({ past, hasher: sha256Hasher, desk }, siteId(of), which);
  return { owner, log, ask };
}

const byId = (seq: bigint): WhichDecision => ({ kind: 'id', ownerEpoch: 1n, seq });

/** Something happens, then it is looked at so many times. */
const daysOf = (happens: typeof happening) =>
  fc.array(fc.record({ happens, looks: fc.integer({ min: 1, max: 6 }), read: reading }), {
    minLength: 5,
    maxLength: 20,
  });
const days = daysOf(happening);

/** Plans come out of the log, which holds no nonsense: whole energies of 0 and more, in intervals that its envelope names. */
function asLogged(fact: Event): Event {
  if (fact.kind !== 'plan-made') return fact;
  const { plan } = fact;
  const [fromMs, toMs, endMs] = [0, 90_000, 150_000].map((ms) => epochMs(plan.createdAtMs + ms)) as [
    EpochMs,
    EpochMs,
    EpochMs,
  ];
  const envelope = [
    { fromMs, toMs, powerW: 40_000 },
    { fromMs: toMs, toMs: endMs, powerW: 11_000 },
  ];
  const isWhole = (wh: number | undefined): boolean => wh !== undefined && Number.isSafeInteger(wh) && wh >= 0;
  const wholeOnes = (budgets: typeof plan.budgets): typeof plan.budgets =>
    new Map([...budgets].filter(([, each]) => each.every(({ energyWh }) => isWhole(energyWh))));
  const read = keptPlanOf({
    ownerEpoch: plan.epoch,
    plan: keptPlanToWire({
      ...{ ...plan, envelope },
      budgets: wholeOnes(plan.budgets),
      ...(plan.discharge === undefined ? {} : { discharge: wholeOnes(plan.discharge) }),
      deliveredWh: new Map([...plan.deliveredWh].filter(([, wh]) => isWhole(wh))),
    }),
  });
  if (read === undefined) throw new Error('the log would not hold it');
  return { kind: 'plan-made', plan: read };
}

async function live(
  { owner }: Kept,
  day: typeof days extends fc.Arbitrary<infer T> ? T : never,
  opened = OPENED,
): Promise<void> {
  for (const event of opened) await owner.take(asLogged(event));
  for (const { happens, looks, read } of day) {
    for (const event of happens(owner.clock.nowMs)) {
      await owner.take(asLogged(event));
      await settle();
    }
    for (let n = 0; n < looks; n += 1) {
      if (read !== null) await owner.take(given.building(read, owner.clock.nowMs));
      await owner.look();
      await settle();
    }
  }
}

test('TB3: every decision of a day is made again from what the log holds, the same to the last byte', async () => {
  let replays = 0;
  let partial = 0;
  await fc.assert(
    fc.asyncProperty(days, async (day) => {
      const all = await kept();
      await live(all, day);
      for (const { seq, stateHash, decision } of all.owner.written) {
        const answer = await all.ask(byId(seq));
        if (answer.kind !== 'replayed') throw new Error(JSON.stringify(answer));
        expect(answer.value.differences).toEqual([]);
        expect(answer.value.stateHash).toBe(stateHash);
        expect(answer.value.found.from.nowMs).toBe(decision.decidedAtMs);
        replays += 1;
        if (Number(seq) % WHOLE_EVERY !== 1) partial += 1;
      }
    }),
    { numRuns: 40 },
  );
  expect(replays).toBeGreaterThan(500);
  // Most are read back as differences.
  expect(partial).toBeGreaterThan(replays / 2);
}, 120_000);

test('TB3: so is every decision of a site whose cars give back', async () => {
  let gave = 0;
  await fc.assert(
    fc.asyncProperty(daysOf(happeningOfGivers), async (day) => {
      const all = await kept(undefined, GIVING);
      await live(all, day, openedByGivers());
      for (const { seq, stateHash, decision } of all.owner.written) {
        const answer = await all.ask(byId(seq));
        if (answer.kind !== 'replayed') throw new Error(JSON.stringify(answer));
        expect(answer.value.differences).toEqual([]);
        expect(answer.value.stateHash).toBe(stateHash);
        if ([...decision.allocations.values()].some(({ discharge }) => discharge !== undefined)) gave += 1;
      }
    }),
    { numRuns: 20 },
  );
  expect(gave).toBeGreaterThan(20);
}, 120_000);

/** A site in its owner's hands for some minutes, with a building that moves: a decision every second or so. */
async function busySite(seconds: number, maxRecordsPerPartition?: number): Promise<Kept> {
  const all = await kept(maxRecordsPerPartition);
  for (const event of OPENED) await all.owner.take(event);
  for (let second = 0; second < seconds; second += 1) {
    await all.owner.take(given.building(600 + (second % 2) * 120, all.owner.clock.nowMs));
    await all.owner.look();
    await settle();
  }
  return all;
}

test('the decision that stood at an instant is the last one made until then', async () => {
  const all = await busySite(120);
  const { written } = all.owner;
  expect(written.length).toBeGreaterThan(WHOLE_EVERY);
  for (const { decision } of written.slice(-12)) {
    for (const atMs of [decision.decidedAtMs, decision.decidedAtMs - 1]) {
      const stood = written.findLast((each) => each.decision.decidedAtMs <= atMs);
      expect(await all.ask({ kind: 'at', atMs: epochMs(atMs) })).toMatchObject({
        value: { found: { seq: stood?.seq }, differences: [] },
      });
    }
  }
  const last = written.at(-1);
  expect(await all.ask({ kind: 'at', atMs: epochMs(given.T0 + 86_400_000) })).toMatchObject({
    value: { found: { seq: last?.seq } },
  });
});

test('what the log no longer holds is named: the site, the inputs, the chain that they build on', async () => {
  const all = await busySite(60);
  const missing = async (which: WhichDecision, of?: string) => {
    const answer = await all.ask(which, of);
    return answer.kind === 'not-retained' ? answer.value.what : answer.kind;
  };
  expect(await missing(byId(1n), 'another')).toBe('inputs');
  expect(await missing(byId(9_999n))).toBe('inputs');
  expect(await missing({ kind: 'id', ownerEpoch: 7n, seq: 1n })).toBe('inputs');
  expect(await missing({ kind: 'at', atMs: epochMs(given.T0 - 86_400_000) })).toBe('inputs');
  // Of the oldest that are left the first ones build on a record that is gone.
  const short = await busySite(100, 20);
  const seqs = short.owner.written.map(({ seq }) => seq).slice(-20);
  const kinds: string[] = [];
  for (const seq of seqs) {
    const answer = await short.ask(byId(seq));
    kinds.push(answer.kind === 'not-retained' ? answer.value.what : answer.kind);
  }
  expect(new Set(kinds)).toEqual(new Set(['inputs-chain', 'replayed']));
  expect(kinds.indexOf('replayed')).toBe(kinds.lastIndexOf('inputs-chain') + 1);
});

const DECOYS = 10_000;
const PIECE = 20;

test('a site among many is found, and a partition of thousands of records is not read for it', async () => {
  const all = await busySite(40);
  const decoy = createDecisionLog(all.log);
  const inputs = createInputsLog(all.log, () => Uint8Array.of(1));
  const [first] = all.owner.written;
  const { from } = all.owner.lane;
  if (first === undefined || from === undefined) throw new Error('nothing was decided');
  for (let n = 0; n < DECOYS; n += 1) {
    const of = { siteId: siteId(`other-${n % 50}`), ownerEpoch: 1n, seq: BigInt(n + 1) };
    await decoy.append({ ...first, ...of }, () => true);
    const parts = { ...from, wholeSeq: of.seq, beforeSeq: 0n, stateHash: '', dispatcherEpoch: 0n };
    await inputs.append({ ...parts, ...of, decidedAtMs: first.decision.decidedAtMs }, () => true);
  }
  let read = 0;
  const { readToEnd } = all.log;
  all.log.readToEnd = (range) =>
    readToEnd({
      ...range,
      // In small pieces, so that who has enough can stop.
      onRecords: (records) => {
        for (let from = 0; from < records.length; from += PIECE) {
          read += PIECE;
          range.onRecords(records.slice(from, from + PIECE));
        }
      },
    });
  expect((await all.ask(byId(BigInt(DECOYS)), 'other-49')).kind).toBe('replayed');
  expect((await all.ask(byId(7n), 'other-49')).kind).toBe('not-retained');
  // Three searches: each reads a few records at each of a dozen places.
  expect(read).toBeLessThan((3 * DECOYS) / 4);
  expect((await all.ask(byId(first.seq))).kind).toBe('replayed');
});

test('a record that is missing in between is named: what builds on it is not guessed', async () => {
  const all = await busySite(60);
  const { readToEnd } = all.log;
  const lost = 5n;
  all.log.readToEnd = (range) =>
    readToEnd({
      ...range,
      onRecords: (records) =>
        range.onRecords(records.filter((each) => each.topic !== INPUTS || numberOf(each)?.seq !== lost)),
    });
  expect(await all.ask(byId(lost - 1n))).toMatchObject({ kind: 'replayed', value: { differences: [] } });
  expect(await all.ask(byId(lost))).toMatchObject({ kind: 'not-retained', value: { what: 'inputs' } });
  expect(await all.ask(byId(lost + 1n))).toMatchObject({ kind: 'not-retained', value: { what: 'inputs-chain' } });
});

test('planted: an input that is not what it was is seen by the hash, and by the decision that comes of it', async () => {
  const all = await busySite(20);
  const last = all.owner.written.at(-1);
  if (last === undefined) throw new Error('nothing was decided');
  const { readToEnd } = all.log;
  all.log.readToEnd = (range) =>
    readToEnd({
      ...range,
      onRecords: (records) =>
        range.onRecords(
          records.map((record) => {
            if (record.topic !== INPUTS) return record;
            const { codec } = TOPICS.allocationInputs;
            const wire = codec.decode(record.value);
            for (const each of wire.memory?.readings ?? []) {
              each.current = { l1DeciA: 1_390, l2DeciA: 1_390, l3DeciA: 1_390 };
            }
            return { ...record, value: codec.encode(wire).finish() };
          }),
        ),
    });
  const answer = await all.ask(byId(last.seq));
  if (answer.kind !== 'replayed') throw new Error(answer.kind);
  expect(answer.value.stateHash).not.toBe(last.stateHash);
  expect(answer.value.differences).toEqual(expect.arrayContaining(['allocations', 'circuits', 'stateHash']));
});
