import { expect } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { hasTaken, whenGenerous } from '../support/control.ts';
import { type EvidenceOf, evidenceOf } from '../support/evidence.ts';
import { type Evidence, killOwner, type OwnerHit, type Owner } from '../support/holding.ts';
import { holderOf, ownerOf, type ShardHolder } from '../support/owners.ts';
import { expectNothingOver, type Pair } from '../support/pair.ts';
import { expectInTime, reportKill, seconds } from '../support/report.ts';
import { isClosed, sampleIsRecorded } from '../support/recorded.ts';
import { beginCharging } from '../support/site.ts';
import { whenBooksAgree } from '../support/stack-site.ts';

const WITHIN_MS = 40_000;

interface Kill<Holder extends ShardHolder> {
  /** Who has a shard, as the owners themselves say. */
  readonly ownerOf: (shard: number) => Promise<Holder>;
  readonly evidence: (of: EvidenceOf) => Evidence;
  /** The heir has done its work: the ms from the last instruction of the dead. */
  readonly back: (hit: OwnerHit<Holder & Owner>) => Promise<number>;
}

/** Loss 2 in the ordinary case: one of two owners dies, the one that has the site, and the other is its heir. */
export function killOwnersTitles({ on, at, calm }: Pair): void {
  /** Kills the owner, has it prove who its heir is, and starts it again. Resolves with both. */
  const killOne = async <Holder extends ShardHolder>(service: string, kill: Kill<Holder>) => {
    const { running, site } = at();
    const { stack } = running;
    const shard = site.tap.commands().at(-1)?.shard ?? 0;
    const ownerNow = async () => {
      const owner = await kill.ownerOf(shard);
      return { ...owner, kill: (signal: NodeJS.Signals) => stack.kill(owner.process, signal) };
    };
    const hit = await killOwner(`the site in ${service}`, ownerNow, () => kill.evidence(evidenceOf(at())));
    const { owner } = hit;
    let backMs: number;
    let heir: Holder;
    try {
      backMs = await kill.back(hit);
      heir = await kill.ownerOf(shard);
    } finally {
      // Whatever came of it: the next title finds two.
      await stack.restart(owner.process);
      await stack.whenReady(owner.process, WITHIN_MS);
    }
    reportKill(`${owner.process}, whose heir lives and`, hit.held, backMs);
    // The blow hit the owner: the shard has gone to the other one, after it.
    expect(heir.process).not.toBe(owner.process);
    expect(heir.takenAtMs).toBeGreaterThan(hit.stoppedAtMs);
    process.stdout.write(
      `the heir had the shard ${seconds(heir.takenAtMs - hit.stoppedAtMs)} after that instruction\n`,
    );
    await whenBooksAgree(at());
    expectNothingOver(at());
    expectInTime(at(), { sinceMs: hit.stoppedAtMs, backMs });
    return { owner, heir };
  };

  const controlTitle = (service: 'allocation-optimizer' | 'profile-dispatcher'): void =>
    on(
      `the ${service} that owns the site dies while a building that takes more waits for it, the other lives: the heir has taken as much away within 10 s of the last instruction of the dead, and nothing goes over`,
      async () => {
        const { site, running } = at();
        calm();
        await whenGenerous(site, 60_000);
        const { owner, heir } = await killOne(service, {
          ownerOf: (shard) => ownerOf(running, service, shard),
          evidence: ({ untaken }) => untaken(),
          back: ({ stoppedAtMs }) => hasTaken(site, stoppedAtMs, WITHIN_MS),
        });
        expect(heir.epoch).toBeGreaterThan(owner.epoch);
      },
      150_000,
    );

  controlTitle('allocation-optimizer');

  on(
    'the meter-ingestion that owns the site dies while acknowledged samples wait in it, the other lives and has its shard: samples are recorded again within 10 s of its last instruction, each once',
    async () => {
      await killOne('meter-ingestion', {
        ownerOf: (shard) => holderOf(at().running, 'meter-ingestion', shard),
        evidence: ({ unstored }) => unstored(),
        back: ({ stoppedAtMs }) => sampleIsRecorded(at(), stoppedAtMs),
      });
    },
    120_000,
  );

  on(
    'the session-registry that owns the site dies while an acknowledged end waits in it, the other lives and has its shard: the transaction is closed within 10 s of its last instruction, once',
    async () => {
      const { running, site } = at();
      let left = '';
      await killOne('session-registry', {
        ownerOf: (shard) => holderOf(running, 'session-registry', shard),
        evidence: ({ unclosed }) => unclosed((id) => void (left = id)),
        back: ({ stoppedAtMs }) =>
          eventually(
            'the end of the transaction',
            WITHIN_MS,
            async () => ((await isClosed(running, left)) ? Date.now() - stoppedAtMs : undefined),
            50,
          ),
      });
      const idle = site.benches.filter(({ station }) => station.bay(1)?.transaction === undefined);
      await Promise.all(idle.map(beginCharging));
    },
    120_000,
  );

  // Last: by then the building that fell is believed again (TL3).
  controlTitle('profile-dispatcher');
}
