import type { DeciAmps } from '@headroom/kernel';
import { z } from 'zod';
import type {
  BindingRow,
  Counterfactual,
  Difference,
  ExplainedEvse,
  Explanation,
  Previewed,
  Reason,
  Replayed,
} from '../../domain/explanation.ts';
import { SHARE_POLICIES } from '../../domain/site-document.ts';
import { instantOrNull, instantText } from './schemas.ts';

const text = z.string().nullable();

const ReasonSchema = z
  .object({
    code: text.describe('Stable; null: there is nothing to explain.'),
    circuitId: text,
    row: text.describe('l1, l2, l3 or power.'),
    sentence: z.string(),
  })
  .meta({ id: 'Reason' });

const BindingRowSchema = z
  .object({
    circuitId: z.string(),
    circuitName: z.string(),
    row: z.string(),
    limitA: z.number().describe('Of power: summed over the phases, at nominal voltage.'),
    usedA: z.number().describe('Other load and stations together.'),
    otherLoadA: z.number(),
    riseA: z.number().describe('Kept free for what other load may rise to should the platform die.'),
    terms: z
      .array(
        z.object({
          source: z.string().describe('rating, derating, contract, override, grid or demand-target.'),
          limitA: z.number(),
          limitKw: z.number().nullable(),
          validUntil: text,
        }),
      )
      .describe('Every word on this limit, the lowest first: that one holds.'),
  })
  .meta({ id: 'BindingRow' });

const CounterfactualSchema = z
  .object({
    raises: z
      .array(z.object({ circuitId: z.string(), byA: z.number().nullable(), byKw: z.number().nullable() }))
      .describe('All of them together.'),
    limitA: z.number().describe('What the EVSE would have then, once limits have come to rest.'),
    sentence: z.string(),
  })
  .meta({ id: 'Counterfactual' });

export const ExplanationSchema = z
  .object({
    siteId: z.string(),
    ownerEpoch: z.string(),
    decisionSeq: z.string(),
    decidedAt: z.string(),
    share: z.enum(SHARE_POLICIES),
    evses: z.array(
      z.object({
        evseId: z.string(),
        name: z.string(),
        limitA: z.number(),
        reason: ReasonSchema,
        givesBack: z
          .object({ targetA: z.number(), sentence: z.string() })
          .nullable()
          .describe('What its car is to give back on each phase (V2G). Null: nothing.'),
        binding: BindingRowSchema.nullable().describe('Null: no limit of a circuit binds it.'),
        counterfactual: CounterfactualSchema.nullable().describe(
          'Null: no higher limit of a circuit would give it more.',
        ),
      }),
    ),
    counterfactualsLeftOut: z.int().describe('EVSEs whose counterfactual was left out: ask for each of them.'),
  })
  .meta({ id: 'Explanation' });

export const PreviewSchema = z
  .object({
    decidedAt: z.string(),
    differences: z.array(
      z.object({
        evseId: z.string(),
        name: z.string(),
        beforeA: z.number(),
        afterA: z.number(),
        beforeReason: ReasonSchema,
        afterReason: ReasonSchema,
      }),
    ),
    unchanged: z.int().describe('EVSEs for which nothing would change.'),
    overRating: z
      .boolean()
      .describe('A conductor would be above its rating for as long as stations need to come down.'),
    overPower: z.boolean(),
  })
  .meta({ id: 'Preview' });

export const ReplaySchema = z
  .object({
    ownerEpoch: z.string(),
    decisionSeq: z.string(),
    decidedAt: z.string(),
    siteVersion: z.int(),
    trigger: z.string(),
    recordedHash: z.string().describe('SHA-256 of what it was decided from, as recorded with it.'),
    replayedHash: z.string().describe('The same of what was read back.'),
    same: z.boolean().describe('Decided again, the record is the same to the last byte.'),
    differences: z.array(z.string()).describe('Fields of the record that are not what they were.'),
    limits: z.array(z.object({ evseId: z.string(), limitA: z.number(), reason: ReasonSchema })),
  })
  .meta({ id: 'Replay' });

const amps = (deciA: DeciAmps): number => deciA / 10;
const evseIdOf = (of: { readonly stationId: string; readonly evse: number }): string => `${of.stationId}/${of.evse}`;
const words = (value: string): string | null => (value === '' ? null : value);

const reasonJson = ({ code, circuitId, row, sentence }: Reason): z.output<typeof ReasonSchema> => ({
  ...{ code: words(code), circuitId: words(circuitId), row: words(row), sentence },
});

const rowJson = ({ terms, ...row }: BindingRow): z.output<typeof BindingRowSchema> => ({
  ...{ circuitId: row.circuitId, circuitName: row.circuitName, row: row.row },
  limitA: amps(row.limitDeciA),
  usedA: amps(row.usedDeciA),
  otherLoadA: amps(row.otherLoadDeciA),
  riseA: amps(row.riseDeciA),
  terms: terms.map(({ source, limitDeciA, limitW, validUntilMs }) => ({
    source,
    limitA: amps(limitDeciA),
    limitKw: limitW === undefined ? null : limitW / 1_000,
    validUntil: instantOrNull(validUntilMs),
  })),
});

const counterfactualJson = ({
  raises,
  limitDeciA,
  sentence,
}: Counterfactual): z.output<typeof CounterfactualSchema> => ({
  raises: raises.map(({ circuitId, byDeciA, byW }) => ({
    circuitId,
    byA: byDeciA === undefined ? null : amps(byDeciA),
    byKw: byW === undefined ? null : byW / 1_000,
  })),
  limitA: amps(limitDeciA),
  sentence,
});

const evseJson = (evse: ExplainedEvse): z.output<typeof ExplanationSchema>['evses'][number] => ({
  ...{ evseId: evseIdOf(evse), name: evse.name, limitA: amps(evse.limitDeciA) },
  reason: reasonJson(evse.reason),
  givesBack:
    evse.givesBack === undefined ? null : { targetA: amps(evse.givesBack.deciA), sentence: evse.givesBack.sentence },
  binding: evse.row === undefined ? null : rowJson(evse.row),
  counterfactual: evse.counterfactual === undefined ? null : counterfactualJson(evse.counterfactual),
});

export const explanationJson = (of: Explanation): z.output<typeof ExplanationSchema> => ({
  siteId: of.siteId,
  ownerEpoch: String(of.ownerEpoch),
  decisionSeq: String(of.decisionSeq),
  decidedAt: instantText(of.decidedAtMs),
  share: of.share,
  evses: of.evses.map(evseJson),
  counterfactualsLeftOut: of.leftOut,
});

const differenceJson = (of: Difference): z.output<typeof PreviewSchema>['differences'][number] => ({
  ...{ evseId: evseIdOf(of), name: of.name, beforeA: amps(of.beforeDeciA), afterA: amps(of.afterDeciA) },
  beforeReason: reasonJson(of.beforeReason),
  afterReason: reasonJson(of.afterReason),
});

export const previewJson = (of: Previewed): z.output<typeof PreviewSchema> => ({
  decidedAt: instantText(of.decidedAtMs),
  differences: of.differences.map(differenceJson),
  ...{ unchanged: of.unchanged, overRating: of.overRating, overPower: of.overPower },
});

export const replayJson = (of: Replayed): z.output<typeof ReplaySchema> => ({
  ownerEpoch: String(of.ownerEpoch),
  decisionSeq: String(of.seq),
  decidedAt: instantText(of.decidedAtMs),
  ...{ siteVersion: of.siteVersion, trigger: of.trigger },
  recordedHash: of.recordedHash,
  replayedHash: of.stateHash,
  same: of.isSame,
  differences: [...of.differences],
  limits: of.limits.map((each) => ({
    evseId: evseIdOf(each),
    limitA: amps(each.limitDeciA),
    reason: reasonJson(each.reason),
  })),
});
