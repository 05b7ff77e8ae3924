import { expect } from '@jest/globals';
import { gatewayV1 } from '@headroom/contracts';
import { eventually, pause } from '../../support/eventually.ts';
import { metricsAt } from '../../support/exposition.ts';
import { LOW_A } from '../support/control.ts';
import { linesOf } from '../support/log-lines.ts';
import { type OwnedShard, ownerOf } from '../support/owners.ts';
import { send } from '../support/operator.ts';
import { expectNothingOver, type Pair } from '../support/pair.ts';
import { seconds } from '../support/report.ts';
import { decisionEpochs, followIntents, type IntentTail, placeOf } from '../support/shard-log.ts';
import { sendAs } from '../support/stale-dispatcher.ts';
import type { StackSite } from '../support/stack-site.ts';
import { staleCommands } from '../support/wire-tap.ts';

const SLEEP_MS = 20_000;
/** The building never rests, so that an optimizer always has readings; little enough that the site is nearly full soon afterwards (TL3). */
const STEPS = { fromA: LOW_A, toA: LOW_A + 12, stepA: 3 };
const STEP_MS = 100;
/** An operator lowers the site step by step: each step takes from somebody at once, and so leads to a pass with commands. */
const LOWERING = { fromKw: 190, toKw: 90, stepKw: 0.5, everyMs: 60, endsByItselfMs: 120_000 };
const CAUGHT_WITHIN_MS = 60_000;
/** By then what a dispatcher had sent is at its station, and what it wrote stands in our copy of the log. */
const ARRIVES_WITHIN_MS = 60;
/** A gateway holds a command for half a second at most, behind another call of its station. */
const SURELY_ARRIVED_MS = 800;
const FRESH_MS = 300;
const IN_HAND_AT_LEAST = 4;
const TRIES = 3;
const GATEWAYS = ['ocpp-gateway-1', 'ocpp-gateway-2'];
const RUN_ON_MS = 37;
/** A seq that no dispatcher has come to. */
const FAR_SEQ = 900_000_000;
/** Lower than what anybody has: obeyed, it would be seen, and harm nobody. */
const STALE_LIMIT_DECI_A = 61;

/** Loss 3: owners that sleep and wake, and a gateway that meets one who does not know that it is owner no more. */
export function sleepTitles({ on, at, calm }: Pair): void {
  const shardOfSite = (): number => {
    const shard = at().site.tap.commands().at(-1)?.shard;
    if (shard === undefined) throw new Error('no command has come yet');
    return shard;
  };

  on(
    'OW-30: dispatcher and optimizer are stopped for 20 s, the one with commands whose intents stand in the log, the other with readings: others take over; woken, they hold back what they had, and not one stale command or decision leaves',
    async () => {
      calm();
      const { site } = at();
      for (let tries = 1; ; tries += 1) {
        const slept = await sleepWithCommands(at(), shardOfSite());
        // It had given them to the sockets of one gateway already, or of both, which no look from outside can tell: they refuse them.
        if (slept.withheld < slept.commands && tries < TRIES) continue;
        process.stdout.write(
          `stopped for 20 s: a dispatcher with ${slept.commands} commands, an optimizer with ${slept.readings} readings; heirs commanded after ${seconds(slept.backMs)}; woken, ${slept.withheld} commands and a decision were held back\n`,
        );
        expect(slept.withheld).toBeGreaterThanOrEqual(slept.commands);
        break;
      }
      expect(staleCommands(site.tap.commands())).toEqual([]);
      expectNothingOver(at());
    },
    TRIES * 90_000,
  );

  on(
    'O4: a command of an earlier epoch that its sender does not hold back is refused by the gateway, and not a byte of it reaches the station',
    async () => {
      const { site, running } = at();
      const shard = shardOfSite();
      const owner = await ownerOf(running, 'profile-dispatcher', shard);
      const bench = site.benches.find(({ station }) => station.isOnline() && station.bay(1)?.transaction?.id);
      const stationId = bench?.station.stationId ?? '';
      const transactionId = bench?.station.bay(1)?.transaction?.id ?? '';
      const place = await placeOf(running, stationId, shard);
      const stale = { shard, epoch: owner.epoch - 1, seq: FAR_SEQ, stationId, limitDeciA: STALE_LIMIT_DECI_A };
      expect(await sendAs(place, { ...stale, transactionId })).toBe(gatewayV1.Verdict.EPOCH);
      await pause(SURELY_ARRIVED_MS);
      expect(site.tap.commands().filter(({ seq }) => seq === FAR_SEQ)).toEqual([]);
      expect(bench?.station.bay(1)?.obeyed.limitA).not.toBe(STALE_LIMIT_DECI_A / 10);
    },
    30_000,
  );
}

interface Slept {
  /** In the hands of the dispatcher when it was stopped. */
  readonly commands: number;
  /** Of the building, while the optimizer was stopped. */
  readonly readings: number;
  readonly backMs: number;
  /** Commands that the dispatcher held back once it was woken. */
  readonly withheld: number;
}

/** One sleep of the owners of a shard. What must hold of every one is asserted here. */
async function sleepWithCommands(of: StackSite, shard: number): Promise<Slept> {
  const { site, running } = of;
  const { stack } = running;
  const dispatcher = await ownerOf(running, 'profile-dispatcher', shard);
  const optimizer = await ownerOf(running, 'allocation-optimizer', shard);
  const owners = [
    [dispatcher, 'profile-dispatcher'],
    [optimizer, 'allocation-optimizer'],
  ] as const;
  const decisionsWithheld = () =>
    linesOf(running, optimizer.process, 'allocation.decision-withheld').filter(
      (line) => line['shard'] === shard && Number(line['epoch']) === optimizer.epoch,
    );
  const heldBefore = await commandsHeldBack(of, dispatcher.process);
  const tail = await followIntents(running, shard);
  const rest = site.restless(STEPS, STEP_MS);
  const lift = lowerStepByStep(of);
  try {
    const commands = await stopWithCommands(of, dispatcher, tail);
    const stoppedAtMs = Date.now();
    stack.kill(optimizer.process, 'SIGSTOP');

    const backMs = await eventually('a command of an heir', SLEEP_MS, () => {
      const first = site.tap.commands().find(({ epoch }) => epoch > dispatcher.epoch);
      return first === undefined ? undefined : first.atMs - stoppedAtMs;
    });
    const readings = site.recordedReadings().filter((atMs) => atMs > stoppedAtMs).length;
    expect(readings).toBeGreaterThan(0);
    await pause(SLEEP_MS - (Date.now() - stoppedAtMs));
    for (const [owner, service] of owners) {
      const heir = await ownerOf(running, service, shard);
      expect(heir.process).not.toBe(owner.process);
      expect(heir.epoch).toBeGreaterThan(owner.epoch);
    }
    expect(decisionsWithheld()).toEqual([]);

    const wokenAtMs = Date.now();
    for (const [owner] of owners) stack.kill(owner.process, 'SIGCONT');
    // What they do at once, while they still believe that all is as it was.
    await eventually('the optimizer holds its decision back', 10_000, () =>
      decisionsWithheld().length > 0 ? true : undefined,
    );
    for (const [owner] of owners) await stack.whenReady(owner.process, 20_000);
    await pause(2_000);
    const late = site.tap.commands().filter(({ epoch, atMs }) => epoch <= dispatcher.epoch && atMs >= wokenAtMs);
    expect(late).toEqual([]);
    const order = await decisionEpochs(running, shard);
    expect(order.filter((epoch, i) => epoch < Math.max(...order.slice(0, i), 0))).toEqual([]);
    expect(new Set(order).size).toBeGreaterThan(1);
    return { commands, readings, backMs, withheld: (await commandsHeldBack(of, dispatcher.process)) - heldBefore };
  } finally {
    rest();
    site.building(LOW_A);
    // Whatever came of it: the next title finds them awake.
    for (const [owner] of owners) stack.kill(owner.process, 'SIGCONT');
    await Promise.all([lift(), tail.stop()]);
  }
}

/** Of a process since it began, by its own count: of several batches at once its log has but one line. The site is the only one here. */
async function commandsHeldBack({ running }: StackSite, process: string): Promise<number> {
  const { samples } = await metricsAt(running.stack.healthUrls.get(process) ?? '');
  const held = samples.find(({ name }) => name === 'headroom_commands_withheld_total');
  if (held === undefined) throw new Error(`${process} does not count what it holds back`);
  return held.value;
}

/** Commands that came to a gateway and that no station was sent, as the gateways count them. */
async function commandsUnwritten({ running }: StackSite): Promise<number> {
  const all = await Promise.all(
    GATEWAYS.map(async (gateway) => (await metricsAt(running.stack.healthUrls.get(gateway) ?? '')).samples),
  );
  return all
    .flat()
    .filter(({ name, labels }) => name === 'headroom_ocpp_commands_total' && labels['verdict'] !== 'written')
    .reduce((sum, { value }) => sum + value, 0);
}

/** Begins to lower the site; what it returns ends that, and lifts the limit. */
function lowerStepByStep({ running, site }: StackSite): () => Promise<void> {
  const { fromKw, toKw, stepKw, everyMs, endsByItselfMs } = LOWERING;
  const url = `${running.stack.url}/api/v1/sites/${site.order.siteId}/limit-override`;
  let isOver = false;
  const lower = async (): Promise<void> => {
    for (let powerKw = fromKw; !isOver; powerKw = powerKw - stepKw < toKw ? fromKw : powerKw - stepKw) {
      const validUntil = new Date(Date.now() + endsByItselfMs).toISOString();
      await send({ method: 'PUT', url, body: { powerKw, validUntil, reason: 'step by step' } });
      await pause(everyMs);
    }
  };
  // Its last request is answered before the limit is lifted.
  const lowering = lower().catch(() => undefined);
  return async () => {
    isOver = true;
    await lowering;
    await send({ method: 'DELETE', url });
  };
}

/**
 * Stops a dispatcher again and again, and leaves it stopped the first time that it has commands in its hands: all intents of its
 * newest pass stand in the log, and none of their commands has come to a station, nor will. Resolves with how many.
 */
async function stopWithCommands(of: StackSite, owner: OwnedShard, tail: IntentTail): Promise<number> {
  const { running, site } = of;
  const { stack } = running;
  const inHand = (stoppedAtMs: number): number => {
    const own = tail.intents().filter(({ epoch }) => epoch === owner.epoch);
    const newestMs = own.at(-1)?.intendedAtMs ?? 0;
    if (newestMs < stoppedAtMs - FRESH_MS) return 0;
    const pass = own.filter(({ intendedAtMs }) => intendedAtMs === newestMs);
    const arrived = new Set(site.tap.commands().flatMap(({ epoch, seq }) => (epoch === owner.epoch ? [seq] : [])));
    return pass.some(({ seq }) => arrived.has(seq)) ? 0 : pass.length;
  };
  return eventually(
    `${owner.process} is caught with commands in its hands`,
    CAUGHT_WITHIN_MS,
    async () => {
      const unwrittenBefore = await commandsUnwritten(of);
      stack.kill(owner.process, 'SIGSTOP');
      const stoppedAtMs = Date.now();
      await pause(ARRIVES_WITHIN_MS);
      if (inHand(stoppedAtMs) >= IN_HAND_AT_LEAST) {
        await pause(SURELY_ARRIVED_MS);
        const unwritten = (await commandsUnwritten(of)) - unwrittenBefore;
        const commands = inHand(stoppedAtMs) - unwritten;
        if (commands >= IN_HAND_AT_LEAST) return commands;
      }
      stack.kill(owner.process, 'SIGCONT');
      return undefined;
    },
    RUN_ON_MS,
  );
}
