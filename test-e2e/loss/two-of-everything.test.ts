/**
 * Losses 2 to 4 on two of everything, three brokers, and commits that reach the disk: owners that sleep and wake, a release
 * process by process, then each service and server killed in its turn. One stack for all of it: what one title has broken the
 * next must find whole. The judges are the stations' wire and books: what was acknowledged, what flowed.
 */
import { afterAll, beforeAll, test } from '@jest/globals';
import type { Pair } from './support/pair.ts';
import { openStackSite, pairedStack, type StackSite } from './support/stack-site.ts';
import { killGatewayTitle } from './titles/kill-gateway.ts';
import { killOwnersTitles } from './titles/kill-owners.ts';
import { killServerTitles } from './titles/kill-servers.ts';
import { killServiceTitles } from './titles/kill-services.ts';
import { releaseTitles } from './titles/release.ts';
import { sleepTitles } from './titles/sleep.ts';

const SITE = 'pair';
const got = await pairedStack(SITE);
let opened: StackSite | undefined;
let calm: () => void = () => undefined;

const pair: Pair = {
  on: 'why' in got ? test.skip : test,
  at: () => {
    if (opened === undefined) throw new Error('the site is not open');
    return opened;
  },
  crowd: (everyMs) => {
    calm();
    calm = pair.at().site.turnover(everyMs);
  },
  calm: () => calm(),
};

beforeAll(async () => {
  if (!('why' in got)) opened = await openStackSite(got, SITE);
}, 240_000);

afterAll(async () => {
  calm();
  await opened?.stop();
  if (!('why' in got)) await got.stop();
}, 40_000);

// First the release: it needs the last ampere, and who has moved waits a minute for it (OD6).
releaseTitles(pair);
sleepTitles(pair);
killOwnersTitles(pair);
killGatewayTitle(pair);
killServiceTitles(pair);
killServerTitles(pair);
