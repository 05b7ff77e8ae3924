import { registryV1 } from '@headroom/contracts';
import { type Clock, siteId, stationId } from '@headroom/kernel';
import { bind, RpcError, type RpcHandlers, type ServiceBinding } from '@headroom/rpc';
import { authorize } from '../../app/authorize.ts';
import { putBoost } from '../../app/put-boost.ts';
import { putChargingRequest } from '../../app/put-charging-request.ts';
import { putLimitOverride } from '../../app/put-limit-override.ts';
import { putSite } from '../../app/put-site.ts';
import { putStation } from '../../app/put-station.ts';
import type { SessionRegistryEvents } from '../../events.ts';
import { type ContentName, MAX_LIST_ROWS, type RegistryStore, type SecretSource } from '../../ports.ts';
import { dischargeFrom } from '../wire/discharge-offer.ts';
import { batteryWordsFrom } from '../wire/said-battery.ts';
import { configFromSite, documentFromConfig } from '../wire/site-config.ts';
import {
  authorizationTo,
  given,
  givenSite,
  problemsTo,
  rows,
  sessionTo,
  siteDecisionTo,
  transactionTo,
} from './messages.ts';

type Definition = typeof registryV1.RegistryServiceService;
type Handlers = RpcHandlers<Definition>;

export interface RegistryServiceDeps {
  readonly store: RegistryStore;
  readonly clock: Clock;
  readonly secrets: SecretSource;
  readonly nameOf: ContentName;
  readonly events: SessionRegistryEvents;
}

const MAX_LABEL_CHARACTERS = 200;
const TOKEN_HASH = /^[0-9a-f]{16,128}$/;

/** Sites, stations, tokens and sessions as headroom.registry.v1.RegistryService. */
export const registryServiceBinding = (deps: RegistryServiceDeps): ServiceBinding =>
  bind('headroom.registry.v1.RegistryService', registryV1.RegistryServiceService, {
    ...siteHandlers(deps),
    ...stationHandlers(deps),
    ...sessionHandlers(deps),
  });

function siteHandlers(
  deps: RegistryServiceDeps,
): Pick<Handlers, 'listSites' | 'getSite' | 'putSite' | 'putLimitOverride'> {
  const { store, events } = deps;
  return {
    listSites: async () => ({ sites: (await store.reads.sites()).slice(0, MAX_LIST_ROWS).map(configFromSite) }),
    getSite: async (request) => {
      const site = await store.reads.site(siteId(request.siteId));
      if (site === undefined) throw new RpcError('not-found', `there is no site "${request.siteId}"`);
      return { site: configFromSite(site) };
    },
    putSite: async ({ site, dryRun }) => {
      if (site === undefined) throw new RpcError('invalid-argument', 'the request holds no site');
      const document = documentFromConfig(site);
      if (document.kind === 'err') return { problems: problemsTo(document.error), site: undefined };
      const decision = await putSite(deps, document.value, dryRun);
      if (decision.kind === 'refused') {
        events.siteRefused({ siteId: site.siteId, codes: decision.problems.map(({ code }) => code).join(' ') });
      } else if (decision.kind === 'changed' && !dryRun) {
        events.siteConfigured({ siteId: site.siteId, version: decision.site.document.version });
      }
      return siteDecisionTo(decision);
    },
    putLimitOverride: async ({ siteId: id, limitOverride }) => {
      const override = limitOverride && {
        powerLimitW: Number(limitOverride.powerLimitW),
        validUntilMs: Number(limitOverride.validUntilMs),
        setBy: limitOverride.setBy,
        reason: limitOverride.reason,
      };
      return siteDecisionTo(await putLimitOverride(deps, siteId(id), override));
    },
  };
}

function stationHandlers(
  deps: RegistryServiceDeps,
): Pick<Handlers, 'resolveStation' | 'putStation' | 'authorize' | 'putToken'> {
  const { store, events } = deps;
  return {
    resolveStation: async ({ stationId: id }) => {
      const station = await store.reads.station(stationId(id));
      // Named by a site document but without a password: nobody could be admitted.
      if (station?.credentials === undefined) throw new RpcError('not-found', 'the station is not known');
      const { siteId: site, evses, credentials } = station;
      const { salt, hash } = credentials;
      return { siteId: site ?? '', passwordSalt: salt, passwordHash: hash, evses: [...evses] };
    },
    putStation: async ({ stationId: id }) => {
      const made = await putStation(deps, stationId(id));
      if (made.kind === 'err') return { password: '', siteId: '', problems: problemsTo(made.error) };
      events.passwordMade(id);
      return { password: made.value.password, siteId: made.value.siteId ?? '', problems: [] };
    },
    authorize: async ({ idTokenHash }) => {
      const status = await authorize(deps, idTokenHash);
      events.tokenJudged(status);
      return { status: authorizationTo(status) };
    },
    putToken: async ({ idTokenHash, status, validUntilMs, label }) => {
      if (!TOKEN_HASH.test(idTokenHash)) throw new RpcError('invalid-argument', 'id_token_hash is not a hash in hex');
      const { ACCEPTED, BLOCKED } = registryV1.AuthorizationStatus;
      if (status !== ACCEPTED && status !== BLOCKED) {
        throw new RpcError('invalid-argument', 'the status of a token is accepted or blocked');
      }
      if (label.length > MAX_LABEL_CHARACTERS) {
        throw new RpcError('invalid-argument', `a label has at most ${MAX_LABEL_CHARACTERS} characters`);
      }
      const until = validUntilMs === undefined ? undefined : Number(validUntilMs);
      const token = { idTokenHash, validUntilMs: until, label };
      await store.turn((turn) => turn.saveToken({ ...token, status: status === ACCEPTED ? 'accepted' : 'blocked' }));
      return {};
    },
  };
}

function sessionHandlers(
  deps: RegistryServiceDeps,
): Pick<Handlers, 'listSessions' | 'listTransactions' | 'putChargingRequest' | 'putBoost' | 'getEnergySummary'> {
  const { reads } = deps.store;
  return {
    listSessions: async ({ siteId: id, limit }) => {
      const sessions = await reads.sessions({ siteId: givenSite(id), limit: rows(limit) });
      return { sessions: sessions.map(sessionTo) };
    },
    listTransactions: async ({ siteId: id, stationId: station, limit }) => {
      const named = given(station);
      const transactions = await reads.transactions({
        siteId: givenSite(id),
        stationId: named === undefined ? undefined : stationId(named),
        limit: rows(limit),
      });
      return { transactions: transactions.map(transactionTo) };
    },
    putChargingRequest: async ({ stationId: id, evse, energyWh, departureAtMs, discharge, battery }) => {
      const departure = departureAtMs === undefined ? undefined : Number(departureAtMs);
      const said = { ...dischargeFrom(discharge), ...batteryWordsFrom(battery) };
      const request = { energyWh: Number(energyWh), departureAtMs: departure, ...said };
      return { problems: problemsTo(await putChargingRequest(deps, { stationId: stationId(id), evse, request })) };
    },
    putBoost: async ({ stationId: id, evse, untilMs, setBy }) => {
      const boost = { untilMs: untilMs === undefined ? undefined : Number(untilMs), setBy };
      return { problems: problemsTo(await putBoost(deps, { stationId: stationId(id), evse, boost })) };
    },
    getEnergySummary: async ({ siteId: id, sinceMs }) => {
      const { endedSessions, requestedWh, deliveredWh, missedWh } = await reads.energySummary(
        siteId(id),
        Number(sinceMs),
      );
      return {
        endedSessions,
        requestedWh: BigInt(requestedWh),
        deliveredWh: BigInt(deliveredWh),
        missedWh: BigInt(missedWh),
      };
    },
  };
}
