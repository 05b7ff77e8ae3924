import { expect } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { givesAgain, whenAtWorst, whenGenerous } from '../support/control.ts';
import { begin, type Command, openStream, send } from '../support/operator.ts';
import { expectNothingOver, type Pair } from '../support/pair.ts';
import { expectInTime, reportKill } from '../support/report.ts';
import { isLit, readingIsRecorded } from '../support/recorded.ts';
import { unreadBy, wordsOfUnread } from '../support/sockets.ts';

const HELD_WITHIN_MS = 5_000;
const WISH_KWH = 300;
/** Above what the site may take: a wish without effect, but a wish. */
const OVERRIDE_KW = 10_000;
const OVERRIDE_FOR_MS = 600_000;

/** What a console can hold is a request that it has passed on, and an open stream. */
export function killConsolesTitle({ on, at, calm }: Pair): void {
  const both = (service: string) => [1, 2].map((replica) => `${service}-${replica}`);

  on(
    'both consoles are killed while an operator waits for their answers: the operator hears that nobody answered, may say it again, and readings are taken within 10 s of the start',
    async () => {
      calm();
      const { stack, api } = at().running;
      const victims = both('operator-console');
      const { siteId } = at().site.order;
      const [bench] = at().site.benches;
      const stationId = bench?.station.stationId ?? '';
      await whenGenerous(at().site, 60_000);
      const override = {
        powerKw: OVERRIDE_KW,
        validUntil: new Date(Date.now() + OVERRIDE_FOR_MS).toISOString(),
        reason: 'a test',
      };
      const commands: readonly Command[] = [
        {
          method: 'PUT',
          url: `${stack.urls[0]}/api/v1/evses/${encodeURIComponent(`${stationId}/1`)}/charging-request`,
          body: { energyKwh: WISH_KWH },
        },
        { method: 'PUT', url: `${stack.urls[1]}/api/v1/sites/${siteId}/limit-override`, body: override },
      ];
      const streams = await Promise.all(
        stack.urls.map((url) => openStream(`${url}/api/v1/sites/${siteId}/live/stream`)),
      );
      expect(streams.map(({ ended }) => ended())).toEqual([false, false]);

      // Whom the consoles ask is stopped: they have passed the commands on, and wait.
      for (const name of both('session-registry')) stack.kill(name, 'SIGSTOP');
      const pending = commands.map(begin);
      const held = await eventually('both consoles wait for the registry', HELD_WITHIN_MS, () => {
        const unread = both('session-registry').flatMap((name) => unreadBy(at().running, name));
        const waits = both('operator-console').map((name) => wordsOfUnread(unread, [name]));
        return waits.every((words) => words !== undefined) ? waits.join(', ') : undefined;
      });
      expect(pending.map(({ outcome }) => outcome())).toEqual([undefined, undefined]);
      for (const name of victims) stack.kill(name, 'SIGKILL');
      for (const name of both('session-registry')) stack.kill(name, 'SIGCONT');
      let startedAtMs = 0;
      try {
        await eventually('the operator hears that nobody answered', 5_000, () =>
          pending.every(({ outcome }) => 'lost' in (outcome() ?? {})) && streams.every(({ ended }) => ended())
            ? true
            : undefined,
        );
        // Nobody takes the readings: control goes on, and counts with the worst.
        await whenAtWorst(at().site, 20_000);
      } finally {
        startedAtMs = Date.now();
        await Promise.all(victims.map((name) => stack.restart(name)));
      }
      const backMs = await Promise.all([readingIsRecorded(at(), startedAtMs), isLit(at(), startedAtMs)]);
      reportKill('consoles', `2 commands of an operator (${held} unread), 2 open streams`, Math.max(...backMs));
      // A load that fell is believed slowly (TL3): more is handed out in its time.
      await givesAgain(at().site, startedAtMs, 40_000);
      // Done or not: said again it is done, once.
      for (const command of [...commands, ...commands]) expect((await send(command)).ok).toBe(true);
      const transactionId = bench?.station.bay(1)?.transaction?.id;
      const sessions = await api.items(`/api/v1/sessions?siteId=${siteId}&limit=1000`);
      const wished = sessions.filter(({ transactionIds }) =>
        (transactionIds as readonly unknown[]).includes(transactionId),
      );
      expect(wished.map(({ requestedKwh }) => requestedKwh)).toEqual([WISH_KWH]);
      const stands = await (await send(commands[1] ?? { method: 'PUT', url: '' })).json();
      expect(stands).toMatchObject({ powerKw: override.powerKw, validUntil: override.validUntil });
      const end: Command = { method: 'DELETE', url: `${stack.url}/api/v1/sites/${siteId}/limit-override` };
      expect((await send(end)).status).toBe(204);
      expectNothingOver(at());
      expectInTime(at(), { sinceMs: startedAtMs, backMs: Math.max(...backMs) });
    },
    120_000,
  );
}
