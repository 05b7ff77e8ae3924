import { z } from 'zod';
import { parseEvseId } from '../../../domain/evse-id.ts';
import type { MeterSample, SessionRecord, TransactionRecord } from '../../../ports.ts';
import type { Actions } from '../../../service.ts';
import { problem } from '../problem.ts';
import { type Route, route } from '../route.ts';
import {
  DEFAULT_LIMIT,
  EvseParams,
  InstantSchema,
  instantMs,
  instantOrNull,
  instantText,
  limitQuery,
  SiteIdSchema,
  StationIdSchema,
} from '../schemas.ts';

const MAX_ITEMS = 1_000;
const EXAMPLE_AT = '2026-06-07T12:00:00.000Z';
const number = z.number().nullable();
const text = z.string().nullable();

const SessionSchema = z
  .object({
    sessionId: z.string(),
    siteId: z.string(),
    evseId: z.string(),
    stationId: z.string(),
    evse: z.int(),
    startedAt: z.string(),
    endedAt: text.describe('Null: the car is still plugged in.'),
    energyKwh: number,
    requestedKwh: number,
    departureAt: text,
    battery: z
      .object({ sizeKwh: z.number(), atPlugInKwh: z.number() })
      .nullable()
      .describe('What its driver said of its battery: his word, and no measurement. Null: nothing.'),
    transactionIds: z.array(z.string()),
  })
  .meta({ id: 'Session', description: 'Plug-in to plug-out.' });

const TransactionSchema = z
  .object({
    transactionId: z.string(),
    evseId: z.string(),
    stationId: z.string(),
    evse: z.int(),
    sessionId: text,
    startedAt: z.string(),
    endedAt: text,
    meterStartWh: number,
    meterStopWh: number,
    authorized: z.boolean(),
    stopReason: text,
  })
  .meta({ id: 'Transaction', description: 'As the station reported it.' });

const SampleSchema = z
  .object({
    sampledAt: z.string(),
    transactionId: text,
    current: z.object({ l1A: number, l2A: number, l3A: number }).describe('Phases of the socket; null: not reported.'),
    powerW: number,
    energyRegisterWh: number,
    offeredA: number,
  })
  .meta({ id: 'MeterSample' });

const kilo = (wh: number | undefined): number | null => (wh === undefined ? null : wh / 1_000);
const orNull = (words: string): string | null => (words === '' ? null : words);
const amps = (deciA: number | undefined): number | null => (deciA === undefined ? null : deciA / 10);

const sessionJson = (session: SessionRecord): z.output<typeof SessionSchema> => ({
  sessionId: session.sessionId,
  siteId: session.siteId,
  evseId: `${session.stationId}/${session.evse}`,
  stationId: session.stationId,
  evse: session.evse,
  startedAt: instantText(session.startedAtMs),
  endedAt: instantOrNull(session.endedAtMs),
  energyKwh: kilo(session.energyWh),
  requestedKwh: kilo(session.requestedWh),
  departureAt: instantOrNull(session.departureAtMs),
  battery:
    session.battery === undefined
      ? null
      : { sizeKwh: session.battery.sizeWh / 1_000, atPlugInKwh: session.battery.atPlugInWh / 1_000 },
  transactionIds: [...session.transactionIds],
});

const transactionJson = (transaction: TransactionRecord): z.output<typeof TransactionSchema> => ({
  transactionId: transaction.transactionId,
  evseId: `${transaction.stationId}/${transaction.evse}`,
  stationId: transaction.stationId,
  evse: transaction.evse,
  sessionId: orNull(transaction.sessionId),
  startedAt: instantText(transaction.startedAtMs),
  endedAt: instantOrNull(transaction.endedAtMs),
  meterStartWh: transaction.meterStartWh ?? null,
  meterStopWh: transaction.meterStopWh ?? null,
  authorized: transaction.authorized,
  stopReason: orNull(transaction.stopReason),
});

const sampleJson = (sample: MeterSample): z.output<typeof SampleSchema> => ({
  sampledAt: instantText(sample.sampledAtMs),
  transactionId: orNull(sample.transactionId),
  current: { l1A: amps(sample.current.l1), l2A: amps(sample.current.l2), l3A: amps(sample.current.l3) },
  powerW: sample.powerW ?? null,
  energyRegisterWh: sample.energyRegisterWh ?? null,
  offeredA: amps(sample.offeredDeciA),
});

const EXAMPLE_SESSION = sessionJson({
  sessionId: 's-1',
  siteId: 'demo-depot',
  stationId: 'ST-001',
  evse: 1,
  startedAtMs: instantMs(EXAMPLE_AT),
  energyWh: 7_300,
  requestedWh: 20_000,
  transactionIds: ['1234'],
});
const EXAMPLE_TRANSACTION = transactionJson({
  transactionId: '1234',
  stationId: 'ST-001',
  evse: 1,
  sessionId: 's-1',
  startedAtMs: instantMs(EXAMPLE_AT),
  meterStartWh: 1_000,
  authorized: true,
  stopReason: '',
});
const EXAMPLE_SAMPLE = sampleJson({
  sampledAtMs: instantMs(EXAMPLE_AT),
  transactionId: '1234',
  current: { l1: 160, l2: 159, l3: 160 },
  powerW: 11_040,
  energyRegisterWh: 8_300,
  offeredDeciA: 160,
});

const listOf = (schema: z.ZodType, example: unknown, description: string) => ({
  200: { description, schema: z.object({ items: z.array(schema) }), example: { items: [example] } },
});

export const recordRoutes = (actions: Actions): readonly Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/sessions',
    operationId: 'listSessions',
    tag: 'Records',
    summary: 'List sessions',
    description: 'Plug-in to plug-out, newest first, of one site or of all.',
    query: z.strictObject({ siteId: SiteIdSchema.optional(), limit: limitQuery(MAX_ITEMS) }),
    responses: listOf(SessionSchema, EXAMPLE_SESSION, 'The sessions.'),
    problems: [400],
    handle: async ({ query }) => {
      const sessions = await actions.listSessions({
        siteId: query.siteId ?? '',
        limit: Number(query.limit ?? DEFAULT_LIMIT),
      });
      return { status: 200, body: { items: sessions.map(sessionJson) } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/transactions',
    operationId: 'listTransactions',
    tag: 'Records',
    summary: 'List transactions',
    description: 'As stations reported them, newest first, of one site or station or of all.',
    query: z.strictObject({
      siteId: SiteIdSchema.optional(),
      stationId: StationIdSchema.optional(),
      limit: limitQuery(MAX_ITEMS),
    }),
    responses: listOf(TransactionSchema, EXAMPLE_TRANSACTION, 'The transactions.'),
    problems: [400],
    handle: async ({ query }) => {
      const { siteId = '', stationId = '' } = query;
      const transactions = await actions.listTransactions({
        siteId,
        stationId,
        limit: Number(query.limit ?? DEFAULT_LIMIT),
      });
      return { status: 200, body: { items: transactions.map(transactionJson) } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/v1/evses/{evseId}/meter-values',
    operationId: 'listMeterValues',
    tag: 'Records',
    summary: 'List the meter samples of an EVSE',
    description: 'Newest first. Go back in time with `before`.',
    params: EvseParams,
    query: z.strictObject({
      limit: limitQuery(MAX_ITEMS),
      before: InstantSchema.optional().describe('Only samples taken before this instant; default now.'),
    }),
    responses: listOf(SampleSchema, EXAMPLE_SAMPLE, 'The samples.'),
    problems: [400, 404],
    handle: async ({ params, query }) => {
      const evse = parseEvseId(params.evseId);
      if (evse === undefined) return problem(404, `"${params.evseId}" is no EVSE; write <stationId>%2F<number>.`);
      const samples = await actions.listSamples({
        stationId: evse.stationId,
        evse: evse.evse,
        limit: Number(query.limit ?? DEFAULT_LIMIT),
        ...(query.before === undefined ? {} : { beforeMs: instantMs(query.before) }),
      });
      return { status: 200, body: { items: samples.map(sampleJson) } };
    },
  }),
];
