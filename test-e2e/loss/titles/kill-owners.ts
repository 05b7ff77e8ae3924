import { expect } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { hasTaken, whenGenerous } from '../support/control.ts';
import { type EvidenceOf, evidenceOf } from '../support/evidence.ts';
import { type Evidence, killOwner, type OwnerHit } from '../support/holding.ts';
import { ownerOf } from '../support/owners.ts';
import { expectNothingOver, type Pair } from '../support/pair.ts';
import { CONTROL_WITHIN_MS, reportKill, seconds } from '../support/report.ts';
import { isClosed, sampleIsRecorded } from '../support/recorded.ts';
import { beginCharging } from '../support/site.ts';
import { whenBooksAgree } from '../support/stack-site.ts';

const WITHIN_MS = 40_000;

/** Loss 2 in the ordinary case: one of two owners dies, the one that has the site, and the other is its heir. */
export function killOwnersTitles({ on, at, calm }: Pair): void {
  /** Kills the owner; asks `back` for the ms from its last instruction until the heir has done its work; starts it again. */
  const killOne = async (
    service: string,
    {
      candidates,
      evidence,
    }: { readonly candidates: readonly string[]; readonly evidence: (of: EvidenceOf) => Evidence },
    back: (hit: OwnerHit) => Promise<number>,
  ): Promise<void> => {
    const { stack } = at().running;
    const processes = candidates.map((name) => ({ name, kill: (signal: NodeJS.Signals) => stack.kill(name, signal) }));
    const hit = await killOwner(`the site in ${service}`, processes, () => evidence(evidenceOf(at())));
    let backMs: number;
    try {
      backMs = await back(hit);
    } finally {
      // Whatever came of it: the next title finds two.
      await stack.restart(hit.name);
      await stack.whenReady(hit.name, WITHIN_MS);
    }
    reportKill(`${hit.name}, whose heir lives and`, hit.held, backMs);
    await whenBooksAgree(at());
    expectNothingOver(at());
    expect(backMs).toBeLessThanOrEqual(CONTROL_WITHIN_MS);
  };

  const controlTitle = (service: 'allocation-optimizer' | 'profile-dispatcher'): void =>
    on(
      `the ${service} that owns the site dies while a building that takes more waits for it, the other lives: the heir has taken as much away within 10 s of the last instruction of the dead, and nothing goes over`,
      async () => {
        const { site, running } = at();
        calm();
        await whenGenerous(site, 60_000);
        const shard = site.tap.commands().at(-1)?.shard ?? 0;
        const owner = await ownerOf(running, service, shard);
        const order = { candidates: [owner.process], evidence: ({ untaken }: EvidenceOf) => untaken() };
        await killOne(service, order, async ({ stoppedAtMs }) => {
          const backMs = await hasTaken(site, stoppedAtMs, WITHIN_MS);
          const heir = await ownerOf(running, service, shard);
          expect(heir.process).not.toBe(owner.process);
          expect(heir.epoch).toBeGreaterThan(owner.epoch);
          process.stdout.write(
            `the heir had the shard ${seconds(heir.takenAtMs - stoppedAtMs)} after that instruction\n`,
          );
          return backMs;
        });
      },
      150_000,
    );

  controlTitle('allocation-optimizer');

  on(
    'the meter-ingestion that owns the site dies while acknowledged samples wait in it, the other lives: samples are recorded again within 10 s of its last instruction, each once',
    async () => {
      const order = {
        candidates: ['meter-ingestion-1', 'meter-ingestion-2'],
        evidence: ({ unstored }: EvidenceOf) => unstored(),
      };
      await killOne('meter-ingestion', order, ({ stoppedAtMs }) => sampleIsRecorded(at(), stoppedAtMs));
    },
    120_000,
  );

  on(
    'the session-registry that owns the site dies while an acknowledged end waits in it, the other lives: the transaction is closed within 10 s of its last instruction, once',
    async () => {
      const { running, site } = at();
      let left = '';
      const order = {
        candidates: ['session-registry-1', 'session-registry-2'],
        evidence: ({ unclosed }: EvidenceOf) => unclosed((id) => void (left = id)),
      };
      await killOne('session-registry', order, ({ stoppedAtMs }) =>
        eventually(
          'the end of the transaction',
          WITHIN_MS,
          async () => ((await isClosed(running, left)) ? Date.now() - stoppedAtMs : undefined),
          50,
        ),
      );
      const idle = site.benches.filter(({ station }) => station.bay(1)?.transaction === undefined);
      await Promise.all(idle.map(beginCharging));
    },
    120_000,
  );

  // Last: by then the building that fell is believed again (TL3).
  controlTitle('profile-dispatcher');
}
