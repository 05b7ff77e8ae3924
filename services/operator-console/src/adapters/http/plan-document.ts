import type { EpochMs } from '@headroom/kernel';
import { z } from 'zod';
import {
  type ForecastError,
  type MadePlan,
  PLAN_IGNORED,
  type PlannedEvse,
  planSentence,
  type SiteForecast,
  type SitePlan,
  standingOf,
} from '../../domain/site-plan.ts';
import { instantText } from './schemas.ts';

const PlannedEvseSchema = z
  .object({
    evseId: z.string(),
    sessionId: z.string(),
    readyBy: z.string().describe('When its driver leaves; of one who did not say, when it is taken to leave.'),
    needKwh: z.number().describe('What it wants from `createdAt` on.'),
    missingKwh: z.number().describe('What of that it is not expected to have by then.'),
    risk: z
      .enum(['none', 'tight', 'misses'])
      .nullable()
      .describe('`tight`: planned to the last quarter of an hour. `misses`: something will be missing.'),
    cost: z
      .number()
      .nullable()
      .describe(
        "Of what it takes from the grid, less what it gives back; demand charges are nobody's alone. Null: not known.",
      ),
    carbonKg: z.number().nullable().describe('The same of what that emits.'),
    powerKw: z.array(z.number()).describe('Its budget in each interval; zeros at the end are left out.'),
  })
  .meta({ id: 'PlannedEvse' });

const ForecastErrorSchema = z
  .object({
    quarters: z.number().describe('Quarters of an hour of the last seven days that were judged.'),
    meanKw: z.number().describe('Mean absolute error of what was said a day before.'),
    percent: z.number().nullable().describe('The same of what was measured. Null: nothing was.'),
  })
  .meta({ id: 'ForecastError' });

const MadePlanSchema = z
  .object({
    mode: z
      .enum(['energy', 'cost'])
      .describe('`cost`: everybody has what is needed in time, and who can wait waits for a lower price.'),
    createdAt: z.string(),
    ageMs: z.number(),
    cost: z.number().nullable().describe('Of all intervals, in the currency of the prices. Null: they are not known.'),
    carbonKg: z.number().nullable().describe('Of all intervals. Null: nobody says.'),
    intervals: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        importKw: z.number().describe('Of the whole site, its building included.'),
        buildingKw: z.number().describe('What was expected of the building.'),
        pvKw: z.number().describe('And of sources.'),
      }),
    ),
    forecast: z
      .object({
        by: z.string(),
        building: ForecastErrorSchema.nullable().describe('Null: nothing was judged yet.'),
        pv: ForecastErrorSchema.nullable(),
      })
      .nullable()
      .describe(
        'Whose forecast the plan was made with, and how wrong it was. No limit hangs on it. Null: nobody said.',
      ),
    evses: z.array(PlannedEvseSchema).describe('Of the cars that were there when it was planned, and have not left.'),
  })
  .meta({ id: 'MadePlan' });

export const PlanDocumentSchema = z
  .object({
    siteId: z.string(),
    at: z.string(),
    standing: z
      .enum(['followed', 'ignored', 'none', 'not-planned'])
      .describe('What the last decision did with the plan. `not-planned`: the site shares in a way that follows none.'),
    ignored: z
      .enum([...PLAN_IGNORED, 'other'])
      .nullable()
      .describe('Why the last decision was made without a plan, as recorded with it. Null: it was not, or needs none.'),
    sentence: z.string(),
    along: z
      .object({ ownerEpoch: z.string(), planSeq: z.string() })
      .nullable()
      .describe('The plan that the last decision looked at. Null: there was none.'),
    plan: MadePlanSchema.nullable().describe('The newest one. Null: none is known.'),
  })
  .meta({ id: 'SitePlan', description: 'What a site is planned to do.' });

type PlanDocument = z.output<typeof PlanDocumentSchema>;

/** The plan of a site as JSON: kW, kWh and RFC 3339. */
export function planDocument(siteId: string, of: SitePlan, nowMs: EpochMs): PlanDocument {
  const { use } = of;
  const standing = standingOf(of);
  return {
    ...{ siteId, at: instantText(nowMs), standing },
    ignored: use?.ignored ?? null,
    sentence: planSentence(of),
    along:
      use === undefined || standing === 'none'
        ? null
        : { ownerEpoch: String(use.ownerEpoch), planSeq: String(use.seq) },
    // A plan that nobody follows any more, since the site was told to share otherwise, is nobody's expectation.
    plan: of.plan === undefined || standing === 'not-planned' ? null : madeJson(of.plan, nowMs),
  };
}

const madeJson = (plan: MadePlan, nowMs: EpochMs): NonNullable<PlanDocument['plan']> => ({
  mode: plan.mode,
  createdAt: instantText(plan.createdAtMs),
  ageMs: Math.max(0, nowMs - plan.createdAtMs),
  cost: plan.costMicro === undefined ? null : plan.costMicro / 1e6,
  carbonKg: plan.carbonG === undefined ? null : plan.carbonG / 1_000,
  forecast: forecastJson(plan.forecast),
  intervals: plan.intervals.map(({ fromMs, toMs, importW, buildingW, pvW }) => ({
    from: instantText(fromMs),
    to: instantText(toMs),
    importKw: importW / 1_000,
    ...{ buildingKw: buildingW / 1_000, pvKw: pvW / 1_000 },
  })),
  evses: plan.evses.map(evseJson),
});

const forecastJson = (of: SiteForecast | undefined): NonNullable<PlanDocument['plan']>['forecast'] =>
  of === undefined || of.by === '' ? null : { by: of.by, building: errorJson(of.building), pv: errorJson(of.pv) };

/** To tenths of a percent, as it is shown. */
const errorJson = (error: ForecastError | undefined): z.output<typeof ForecastErrorSchema> | null =>
  error === undefined
    ? null
    : {
        quarters: error.quarters,
        meanKw: error.meanW / 1_000,
        percent: error.share === undefined ? null : Math.round(error.share * 1_000) / 10,
      };

const evseJson = (evse: PlannedEvse): z.output<typeof PlannedEvseSchema> => ({
  ...{ evseId: `${evse.stationId}/${evse.evse}`, sessionId: evse.sessionId, readyBy: instantText(evse.readyByMs) },
  needKwh: evse.needWh / 1_000,
  missingKwh: evse.missingWh / 1_000,
  risk: evse.risk ?? null,
  cost: evse.costMicro === undefined ? null : evse.costMicro / 1e6,
  carbonKg: evse.carbonG === undefined ? null : evse.carbonG / 1_000,
  powerKw: evse.powerW
    .slice(0, evse.powerW.findLastIndex((powerW) => powerW !== 0) + 1)
    .map((powerW) => powerW / 1_000),
});
