import { createHmac } from 'node:crypto';
import { commonV1, meteringServiceV1, registryV1, type sessionV1, siteV1 } from '@headroom/contracts';
import type { RpcNetwork } from '@headroom/rpc';
import type { ApiClient, DischargeWords } from '../api-client.ts';
import type { DcDocument, DeratingDocument, Share, SiteDocument } from '../documents.ts';
import { addressesFor, ID_TOKEN_KEY } from './processes.ts';
import { turnsOf } from './by-turns.ts';

const DEADLINE = { deadlineMs: 5_000 };
const READING_DEADLINE = { deadlineMs: 1_500 };
const DECI = 10;
const PHASES: Readonly<Record<string, commonV1.GridPhase>> = {
  L1: commonV1.GridPhase.L1,
  L2: commonV1.GridPhase.L2,
  L3: commonV1.GridPhase.L3,
};

const { PolicyKind } = siteV1;
const KINDS: Readonly<Record<Share, siteV1.PolicyKind>> = {
  equal: PolicyKind.EQUAL_SHARE,
  'equal-surplus': PolicyKind.EQUAL_SURPLUS,
  proportional: PolicyKind.PROPORTIONAL,
  'first-come': PolicyKind.FIRST_COME,
  'earliest-departure': PolicyKind.EARLIEST_DEPARTURE,
  'least-laxity': PolicyKind.LEAST_LAXITY,
  'lowest-soc': PolicyKind.LOWEST_SOC,
  'smoothed-soc': PolicyKind.SMOOTHED_SOC,
  'smoothed-laxity': PolicyKind.SMOOTHED_LAXITY,
  density: PolicyKind.DENSITY,
};

/** What the simulated people and the building ask of the platform; the HTTP in between is left out. */
export type Operator = Pick<ApiClient, 'putSite' | 'putToken' | 'putChargingRequest' | 'postMeterReading'> & {
  putStation(stationId: string): Promise<{ readonly password: string }>;
  /** Resolves when it is taken. */
  putLimit(siteId: string, limit: PowerLimit): Promise<void>;
  /** Of a sensor of temperature, C. */
  postTemperature(reading: {
    readonly siteId: string;
    readonly sensor: string;
    readonly sampledAtMs: number;
    readonly celsius: number;
  }): Promise<void>;
  /** None standing is as good. */
  endLimit(siteId: string): Promise<void>;
};

/** Of a whole site, for a while. */
export interface PowerLimit {
  readonly kw: number;
  readonly validUntilMs: number;
}

export function createOperator(rpc: RpcNetwork): Operator {
  const addresses = addressesFor();
  const registry = rpc.client(registryV1.RegistryServiceService, addresses['session-registry'] ?? '');
  const metering = rpc.client(meteringServiceV1.MeteringServiceService, addresses['meter-ingestion'] ?? '');
  return {
    async putSite(document) {
      const { problems } = await registry.putSite({ site: siteConfigOf(document), dryRun: false }, DEADLINE);
      refuse('the site', problems);
    },
    async putLimit(siteId, { kw, validUntilMs }) {
      const powerLimitW = BigInt(Math.floor(kw * 1_000));
      const limitOverride = { powerLimitW, validUntilMs: BigInt(validUntilMs), setBy: 'operator', reason: 'works' };
      const { problems } = await registry.putLimitOverride({ siteId, limitOverride }, DEADLINE);
      refuse('the limit', problems);
    },
    async endLimit(siteId) {
      const { problems } = await registry.putLimitOverride({ siteId, limitOverride: undefined }, DEADLINE);
      refuse('the end of the limit', problems);
    },
    async putStation(stationId) {
      return { password: (await registry.putStation({ stationId }, DEADLINE)).password };
    },
    async putToken(idToken, label = '') {
      const idTokenHash = createHmac('sha256', ID_TOKEN_KEY).update(idToken).digest('hex');
      const status = registryV1.AuthorizationStatus.ACCEPTED;
      await registry.putToken({ idTokenHash, status, validUntilMs: undefined, label }, DEADLINE);
    },
    async putChargingRequest({ evseId, energyKwh, departureAtMs, discharge }) {
      const [stationId = '', evse] = evseId.split('/');
      const request = { stationId, evse: Number(evse), energyWh: BigInt(Math.round(energyKwh * 1_000)) };
      const departure = departureAtMs === undefined ? undefined : BigInt(Math.round(departureAtMs));
      const offer = discharge === undefined ? {} : { discharge: offerOf(discharge) };
      await registry.putChargingRequest({ ...request, departureAtMs: departure, ...offer }, DEADLINE);
    },
    async postMeterReading({ siteId, meterId, sampledAtMs, current }) {
      const { l1A, l2A, l3A } = current;
      const wire = { l1DeciA: up(l1A), l2DeciA: up(l2A), l3DeciA: up(l3A) };
      const reading = { siteId, meterId, sampledAtMs: BigInt(Math.floor(sampledAtMs)), current: wire };
      const { refusal } = await metering.recordSiteMeterReading(reading, READING_DEADLINE);
      if (refusal !== '') throw new Error(`the reading was refused: ${refusal}`);
    },
    async postTemperature({ siteId, sensor: meterId, sampledAtMs, celsius }) {
      const sampled = { siteId, meterId, sampledAtMs: BigInt(Math.floor(sampledAtMs)), current: undefined };
      const reading = { ...sampled, temperatureDeciC: up(celsius) };
      const { refusal } = await metering.recordSiteMeterReading(reading, READING_DEADLINE);
      if (refusal !== '') throw new Error(`the temperature was refused: ${refusal}`);
    },
  };
}

function refuse(what: string, problems: readonly { readonly detail: string }[]): void {
  if (problems.length > 0) throw new Error(`${what} was refused: ${problems.map(({ detail }) => detail).join(' ')}`);
}

const up = (amps: number): number => Math.ceil(amps * DECI - 1e-9);
const down = (amps: number): number => Math.floor(amps * DECI + 1e-9);
const all = (deciA: number): commonV1.PhaseCurrents => ({ l1DeciA: deciA, l2DeciA: deciA, l3DeciA: deciA });
const seconds = (text: string): number => Number.parseInt(text, 10);

const HUNDRED = 100;
const dcInputOf = ({ maxKw, efficiency, powerFactor }: DcDocument): siteV1.DcInput => ({
  outputMaxW: BigInt(Math.floor(maxKw * 1_000)),
  efficiencyPercent: Math.round(efficiency * HUNDRED),
  powerFactorPercent: Math.round(powerFactor * HUNDRED),
});

/** To the side of less. */
const deratingOf = ({ sensor, staleAfter, risesAtMostC, steps }: DeratingDocument): siteV1.Derating => ({
  ...{ sensorId: sensor, staleAfterMs: seconds(staleAfter) * 1_000, risesAtMostDeciC: up(risesAtMostC) },
  steps: steps.map(({ aboveC, percent }) => ({ aboveDeciC: down(aboveC), percent: Math.floor(percent) })),
});

const policyOf = ({ share, lease, objective, tiers }: SiteDocument['spec']['policy']): siteV1.Policy => ({
  ...{ kind: KINDS[share], leaseS: seconds(lease) },
  ...(objective === undefined ? {} : { objective: siteV1.PlanObjective.COST }),
  ...(tiers === undefined ? {} : { tiers: siteV1.TierMode.FLOOR_FIRST }),
});

/** As a document has it that says nothing of it. */
const SOURCE_STALE_MS = 5_000;
const MICRO = 1_000_000;
const offerOf = ({ heldKwh, keepKwh, efficiency, wearPerKwh }: DischargeWords): sessionV1.DischargeOffer => ({
  ...{ atPlugInWh: BigInt(Math.floor(heldKwh * 1_000)), keepWh: BigInt(Math.ceil(keepKwh * 1_000)) },
  ...{ efficiencyPercent: Math.floor(efficiency * HUNDRED), wearMicroPerKwh: BigInt(Math.ceil(wearPerKwh * MICRO)) },
});

const tariffOf = (spec: SiteDocument['spec']): siteV1.SiteTariff =>
  spec.tariffJson === undefined ? turnsOf({ spec }) : { name: 'of-the-day', documentJson: spec.tariffJson };

function siteConfigOf({ metadata, spec }: SiteDocument): siteV1.SiteConfig {
  return {
    siteId: metadata.name,
    version: 0n,
    configuredAtMs: 0n,
    name: spec.displayName,
    timezone: spec.timezone,
    sources: (spec.sources ?? []).map(({ name, circuit, atMostPerPhaseA }) => ({
      ...{ circuitId: circuit, meterId: name, name, staleAfterMs: SOURCE_STALE_MS, atMost: all(up(atMostPerPhaseA)) },
    })),
    nominalVoltageV: spec.nominalVoltageV,
    circuits: spec.circuits.map(({ name, displayName = name, parent, ratingPerPhaseA, limitKw, ...more }) => ({
      circuitId: name,
      parentCircuitId: parent,
      name: displayName,
      rating: all(down(ratingPerPhaseA)),
      powerLimitW: limitKw === undefined ? undefined : BigInt(Math.floor(limitKw * 1_000)),
      continuousFactorPercent:
        more.continuousFactor === undefined ? undefined : Math.floor(more.continuousFactor * HUNDRED),
      ...(more.derating === undefined ? {} : { derating: deratingOf(more.derating) }),
    })),
    stations: spec.stations.map(({ id, circuit, evses }) => ({
      stationId: id,
      circuitId: circuit,
      evses: evses.map(({ evse, name, phases, maxA, minimumA, fallbackA, maxDischargeA, dc, ...more }) => ({
        evse,
        name,
        phases: phases.flatMap((phase) => PHASES[phase] ?? []),
        maxCurrentDeciA: down(maxA),
        minCurrentDeciA: up(minimumA),
        fallbackDeciA: down(fallbackA),
        dc: dc && dcInputOf(dc),
        ...(maxDischargeA === undefined ? {} : { maxDischargeDeciA: down(maxDischargeA) }),
        minimumShareDeciA: more.minimumShareA === undefined ? undefined : up(more.minimumShareA),
        ...(more.wiring === undefined ? {} : { wiring: siteV1.Wiring.LINE_TO_LINE }),
        ...(more.tier === undefined ? {} : { tier: more.tier }),
        sessionRules: more.sessionRules && siteV1.SessionRules.create(more.sessionRules),
        switching: more.switching && siteV1.SwitchingBudget.create(more.switching),
      })),
    })),
    otherLoads: spec.meters.map(({ name, circuit, staleAfter, worstCasePerPhaseA, risesAtMostPerPhaseA }) => ({
      circuitId: circuit,
      worstCase: all(up(worstCasePerPhaseA)),
      risesAtMost: risesAtMostPerPhaseA === undefined ? undefined : all(up(risesAtMostPerPhaseA)),
      meterId: name,
      staleAfterMs: seconds(staleAfter) * 1_000,
      name,
    })),
    policy: policyOf(spec.policy),
    ...(spec.exportLimitKw === undefined ? {} : { exportLimitW: BigInt(Math.floor(spec.exportLimitKw * 1_000)) }),
    ...(spec.policy.objective === undefined ? {} : { tariff: tariffOf(spec) }),
    limitOverride: undefined,
  };
}
