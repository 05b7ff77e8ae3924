import { registryV1, type sessionV1 } from '@headroom/contracts';
import { err, ok, type Result } from '@headroom/kernel';
import { RpcError, type RpcNetwork } from '@headroom/rpc';
import type { Problem } from '../../domain/site-document.ts';
import type { BatteryWish, DischargeWish, Registry, SessionRecord, TransactionRecord } from '../../ports.ts';
import { siteConfigOf, siteOf, type TariffText } from './site-config.ts';

/** Real milliseconds. A person waits for the answer: better a clear 503 than a page that hangs. */
export const READ_DEADLINE_MS = 2_000;
const WRITE_DEADLINE_MS = 5_000;

const READ = { deadlineMs: READ_DEADLINE_MS };
const WRITE = { deadlineMs: WRITE_DEADLINE_MS };

/**
 * Said twice they leave what they leave said once: questions, and what sets a thing to what it says. Not `putStation`: each
 * call makes another password, and of two the later one holds, which need not be the one that was answered.
 */
const REPEATABLE = [
  'listSites',
  'getSite',
  'putSite',
  'putToken',
  'putLimitOverride',
  'listSessions',
  'listTransactions',
  'putChargingRequest',
  'putBoost',
  'getEnergySummary',
] as const;

/** session-registry over rpc. `tariffText`: of the tariffs that site documents may name. */
export function createRegistry(network: RpcNetwork, address: string, tariffText?: TariffText): Registry {
  const client = network.client(registryV1.RegistryServiceService, address, { repeatable: REPEATABLE });
  return {
    listSites: async () => (await client.listSites({}, READ)).sites.map(siteOf),
    getSite: async (siteId) => siteIn(await client.getSite({ siteId }, READ)),
    putSite: async (document) => {
      const answer = await client.putSite({ site: siteConfigOf(document, tariffText), dryRun: false }, WRITE);
      return orProblems(answer.problems, () => siteIn(answer));
    },
    putStation: async (stationId) => {
      const answer = await client.putStation({ stationId }, WRITE);
      const siteId = answer.siteId === '' ? null : answer.siteId;
      return orProblems(answer.problems, () => ({ password: answer.password, siteId }));
    },
    putToken: async ({ idTokenHash, status, validUntilMs, label }) => {
      const word = registryV1.AuthorizationStatus[status === 'accepted' ? 'ACCEPTED' : 'BLOCKED'];
      await client.putToken({ idTokenHash, status: word, validUntilMs: bigintOf(validUntilMs), label }, WRITE);
    },
    putOverride: async (siteId, override) => {
      const limitOverride =
        override === undefined
          ? undefined
          : {
              powerLimitW: BigInt(Math.floor(override.powerKw * 1_000 + 1e-6)),
              validUntilMs: BigInt(override.validUntilMs),
              setBy: override.setBy,
              reason: override.reason,
            };
      const answer = await client.putLimitOverride({ siteId, limitOverride }, WRITE);
      return orProblems(answer.problems, () => siteIn(answer));
    },
    listSessions: async (of) => (await client.listSessions(of, READ)).sessions.map(sessionRecord),
    listTransactions: async (of) => (await client.listTransactions(of, READ)).transactions.map(transactionRecord),
    putChargingRequest: async ({ stationId, evse, energyWh = 0, departureAtMs, discharge, battery }) => {
      const wish = { stationId, evse, energyWh: BigInt(energyWh), departureAtMs: bigintOf(departureAtMs) };
      const request = { ...wish, discharge: discharge && offerOf(discharge), battery: battery && wordsOf(battery) };
      return orProblems((await client.putChargingRequest(request, WRITE)).problems, () => undefined);
    },
    putBoost: async ({ untilMs, ...boost }) =>
      orProblems((await client.putBoost({ ...boost, untilMs: bigintOf(untilMs) }, WRITE)).problems, () => undefined),
    energySummary: async (siteId, sinceMs) => {
      const summary = await client.getEnergySummary({ siteId, sinceMs: BigInt(Math.floor(sinceMs)) }, READ);
      return {
        askedWh: Number(summary.requestedWh),
        deliveredWh: Number(summary.deliveredWh),
        missedWh: Number(summary.missedWh),
        endedSessions: summary.endedSessions,
      };
    },
  };
}

const offerOf = ({ heldWh, keepWh, efficiencyPercent, wearMicroPerKwh }: DischargeWish): sessionV1.DischargeOffer => ({
  atPlugInWh: BigInt(heldWh),
  keepWh: BigInt(keepWh),
  efficiencyPercent,
  wearMicroPerKwh: BigInt(wearMicroPerKwh),
});

const wordsOf = ({ sizeWh, atPlugInWh, ...percents }: BatteryWish): registryV1.BatteryWords => ({
  ...percents,
  sizeWh: BigInt(sizeWh),
  atPlugInWh: bigintOf(atPlugInWh),
});

const bigintOf = (value: number | undefined): bigint | undefined => (value === undefined ? undefined : BigInt(value));

function siteIn(answer: { readonly site: registryV1.GetSiteResponse['site'] }): ReturnType<typeof siteOf> {
  if (answer.site === undefined) throw new RpcError('internal', 'the registry answered without a site');
  return siteOf(answer.site);
}

const orProblems = <T>(problems: readonly Problem[], value: () => T): Result<T, readonly Problem[]> =>
  problems.length > 0 ? err(problems) : ok(value());

const sessionRecord = (session: registryV1.Session): SessionRecord => ({
  sessionId: session.sessionId,
  siteId: session.siteId,
  stationId: session.stationId,
  evse: session.evse,
  startedAtMs: Number(session.startedAtMs),
  ...(session.endedAtMs === undefined ? {} : { endedAtMs: Number(session.endedAtMs) }),
  ...(session.energyWh === undefined ? {} : { energyWh: Number(session.energyWh) }),
  ...(session.requestedEnergyWh === undefined ? {} : { requestedWh: Number(session.requestedEnergyWh) }),
  ...(session.departureAtMs === undefined ? {} : { departureAtMs: Number(session.departureAtMs) }),
  ...(session.battery === undefined
    ? {}
    : { battery: { sizeWh: Number(session.battery.sizeWh), atPlugInWh: Number(session.battery.atPlugInWh) } }),
  transactionIds: session.transactionIds,
});

const transactionRecord = (transaction: registryV1.Transaction): TransactionRecord => ({
  transactionId: transaction.transactionId,
  stationId: transaction.stationId,
  evse: transaction.evse,
  sessionId: transaction.sessionId,
  startedAtMs: Number(transaction.startedAtMs),
  ...(transaction.endedAtMs === undefined ? {} : { endedAtMs: Number(transaction.endedAtMs) }),
  ...(transaction.meterStartWh === undefined ? {} : { meterStartWh: Number(transaction.meterStartWh) }),
  ...(transaction.meterStopWh === undefined ? {} : { meterStopWh: Number(transaction.meterStopWh) }),
  authorized: transaction.authorized,
  stopReason: transaction.stopReason,
});
