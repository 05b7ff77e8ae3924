import { expect } from '@jest/globals';
import { eventually, pause } from '../../support/eventually.ts';
import { SERVICES } from '../../support/services.ts';
import { roomA, whenFull } from '../support/control.ts';
import { during, usedShare } from '../support/judge.ts';
import { expectNothingOver, type Pair } from '../support/pair.ts';
import { whenBooksAgree } from '../support/stack-site.ts';
import { staleCommands } from '../support/wire-tap.ts';

const UNANSWERED_MS = 5_000;
/** Of the room. */
const USED_SHARE = 0.95;
/**
 * A car leaves and another comes: each bay has a new car every four minutes, ten times as often as where cars charge fastest. It costs
 * room by itself, for the next one is given it after its first sample; with one every 12 s 94.7 % were used.
 */
const TURNOVER_MS = 20_000;

/** Loss 4: a release, process by process. */
export function releaseTitles({ on, at, crowd, calm }: Pair): void {
  on(
    'every process is restarted in its turn under load: no station waits for more than 5 s, nothing is lost, and most of the room stays used',
    async () => {
      const { site, running } = at();
      calm();
      // A building that falls is believed over half a minute (TL3), and the last ampere is given after another (OD6).
      await whenFull(site, 150_000);
      crowd(TURNOVER_MS);
      const fromMs = Date.now();
      const shares: string[] = [];
      for (const service of SERVICES) {
        const begunMs = Date.now();
        for (const replica of [1, 2]) {
          const name = `${service}-${replica}`;
          await running.stack.restart(name);
          await running.stack.whenReady(name, 30_000);
        }
        const share = usedShare(during(site.judge, begunMs, Date.now()), roomA(site, site.buildingA()));
        shares.push(`${service} ${(share * 100).toFixed(0)} %`);
      }
      await pause(3_000);
      const toMs = Date.now();
      calm();
      await eventually('every message is answered', 15_000, () => (site.unanswered() === 0 ? true : undefined));
      const waits = site.benches.flatMap(({ station }) =>
        station
          .ledger()
          .messages.filter(({ createdAtMs }) => createdAtMs >= fromMs && createdAtMs <= toMs)
          .map(({ createdAtMs, acknowledgedAtMs }) => (acknowledgedAtMs ?? Number.POSITIVE_INFINITY) - createdAtMs),
      );
      const share = usedShare(during(site.judge, fromMs, toMs), roomA(site, site.buildingA()));
      process.stdout.write(
        `rolling restart of ${2 * SERVICES.length} processes in ${Math.round((toMs - fromMs) / 1_000)} s: ${waits.length} messages, the longest wait ${Math.max(...waits)} ms, ${(share * 100).toFixed(1)} % of the room used (while restarting ${shares.join(', ')})\n`,
      );
      expect(waits.length).toBeGreaterThan(100);
      expect(Math.max(...waits)).toBeLessThanOrEqual(UNANSWERED_MS);
      expectNothingOver(at());
      expect(staleCommands(site.tap.commands())).toEqual([]);
      expect(share).toBeGreaterThanOrEqual(USED_SHARE);
      await whenBooksAgree(at());
    },
    360_000,
  );
}
