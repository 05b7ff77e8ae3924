import { z } from 'zod';
import { AmpsSchema, KilowattsSchema, PhaseAmpsSchema, StationIdSchema } from './schemas.ts';

// The parts of a site document, as people write them.

const NameSchema = z.string().min(1).max(63);
export const TextSchema = z.string().min(1).max(200);
const PhasesOrNumber = z.union([AmpsSchema, PhaseAmpsSchema], {
  error: 'Expected a number of amperes, or { l1A, l2A, l3A }',
});
/** A part of something; what is written in finer steps than hundredths is rounded to the safe side. */
const FactorSchema = z.number().min(0).max(1);
export const DurationSchema = z
  .union([z.string().max(20), z.number()], { error: 'Expected a duration such as 5s, or a number of seconds' })
  .describe('`5s`, `2m`, `1h`, or a number of seconds.');

const MAX_EVSES_OF_STATION = 50;

const DcBody = z.strictObject({
  maxKw: KilowattsSchema.describe('Output to batteries.'),
  efficiency: FactorSchema.describe('The lowest, 0.5 to 1.'),
  powerFactor: FactorSchema.describe('The lowest, 0.5 to 1.'),
});

/** Of a battery. */
const SocSchema = z.int().min(1).max(100);

/** Of a contactor within an hour. */
const ClosingsSchema = z.int().min(1).max(8);

const PriorityBody = {
  tier: z.int().min(1).max(9).optional().describe('Who goes short last: 1 before 2, to 9.'),
  weight: z.int().min(1).max(100).optional().describe('How much it counts inside its tier, 1 to 100.'),
  sessionRules: z
    .strictObject({
      maximumKw: KilowattsSchema.optional().describe('The most that comes to a car, at the nominal voltage.'),
      minimumKw: KilowattsSchema.optional().describe('The least with which a car charges; below it, it waits.'),
      minimumSocPercent: SocSchema.optional().describe(
        'Until its battery holds so much a car comes before all others of its tier. A battery that does not say what it holds has no such rule.',
      ),
      stopAtSocPercent: SocSchema.optional().describe(
        'Once its battery holds so much a car gets nothing more. A battery that does not say what it holds has no such rule.',
      ),
      stopAtTarget: z
        .boolean()
        .optional()
        .describe('Whether a car gets nothing more once it has the energy that its driver asked for. Default: false.'),
    })
    .optional()
    .describe('For whoever charges here. Of each rule the one that stands nearest to the EVSE counts.'),
  switching: z
    .strictObject({
      closingsAnHour: ClosingsSchema.optional().describe(
        'Whose contactor has closed so often within an hour comes after all others. Default: 4, or mostClosingsAnHour where that is less.',
      ),
      mostClosingsAnHour: ClosingsSchema.optional().describe(
        'And so often it closes at most, whatever is left, but for the first start of a session. Default: 8.',
      ),
    })
    .optional()
    .describe('For contactors that are rated for less. Of each number the one that stands nearest to the EVSE counts.'),
};

/** Of a rating. Also keeps what is encoded a whole number of 32 bits; what can be true of it the registry knows. */
const PercentSchema = z.int().min(0).max(100);

const CelsiusSchema = z.number().min(-60).max(150);

export const DeratingBody = z.strictObject({
  sensor: NameSchema.describe('The meterId under which its temperature is reported; no meter and no source has it.'),
  staleAfter: DurationSchema.optional().describe(
    'An older reading counts no more, and the last step does. 1 ms to 1 h. Default 60s.',
  ),
  risesAtMostC: z
    .number()
    .min(0)
    .max(150)
    .describe(
      'The most by which it gets hotter within one lease, its margin of 5 s and the age of a fresh reading. What it may ' +
        'lose by that is kept free, in case the platform dies.',
    ),
  steps: z
    .array(
      z.strictObject({
        aboveC: CelsiusSchema,
        percent: PercentSchema.describe('Of the rating, what is borne there: 10 to 99, whole.'),
      }),
    )
    .min(1)
    .max(16)
    .describe('Rising temperatures, falling percents. Up to the first one the rating holds.'),
});

export const CircuitBody = z.strictObject({
  name: NameSchema,
  parent: NameSchema.optional().describe('Absent: the grid connection. Exactly one circuit has none.'),
  displayName: TextSchema.optional(),
  ratingPerPhaseA: PhasesOrNumber,
  limitKw: KilowattsSchema.optional().describe('Sum over the phases, for a contract.'),
  continuousFactor: FactorSchema.optional().describe(
    'Of its rating, what may flow for hours: 0.8 where a code asks for continuous loads at 125 %. Default 1.',
  ),
  cabinet: DcBody.optional().describe('A power cabinet: it shares so much among its EVSEs by itself, all of them DC.'),
  ...PriorityBody,
  overloadAllowance: z
    .strictObject({
      percent: PercentSchema.describe('Of the rating, on top of it: 1 to 13, whole.'),
      for: DurationSchema.describe('At least the lease, 5 s, and the age of a fresh reading; at most 30m.'),
    })
    .optional()
    .describe(
      'By how much a rise of other load may exceed the rating while nobody is alive to lower the stations. Default: not at all.',
    ),
  derating: DeratingBody.optional().describe(
    'What it bears when it is hot. Default: its rating, whatever the temperature.',
  ),
});

export const MeterBody = z.strictObject({
  hidesPerPhaseA: PhasesOrNumber.optional().describe(
    'The most that generation behind this meter may take off its reading. It may vanish: so much more is kept free. Default: none.',
  ),
  name: NameSchema,
  circuit: NameSchema,
  placement: z.enum(['excluding-stations', 'including-stations']),
  staleAfter: DurationSchema.optional(),
  worstCasePerPhaseA: PhasesOrNumber.describe('Counts whenever no fresh reading stands against it.'),
  risesAtMostPerPhaseA: PhasesOrNumber.optional().describe(
    'The most by which it may rise within one lease, its margin of 5 s and the age of a fresh reading. So much room ' +
      'is kept beside a reading, in case the platform dies. Default: up to the worst case.',
  ),
});

export const SourceBody = z.strictObject({
  name: NameSchema,
  circuit: NameSchema,
  staleAfter: DurationSchema.optional(),
  atMostPerPhaseA: PhasesOrNumber.describe('The most that it supplies.'),
});

export const LoadBody = z.strictObject({ name: NameSchema, circuit: NameSchema, worstCasePerPhaseA: PhasesOrNumber });

const EvseBody = z
  .strictObject({
    evse: z.int().min(1).max(999),
    name: TextSchema.optional(),
    phases: z
      .array(z.enum(['L1', 'L2', 'L3']))
      .min(1)
      .max(3)
      .optional()
      .describe('Grid phase behind the socket L1, L2, L3.'),
    wiring: z
      .enum(['line-to-neutral', 'line-to-line', 'split-phase'])
      .optional()
      .describe(
        'Between its two phases as one circuit: of three phases (208 V), or of two legs (120/240 V). Default: each phase to neutral.',
      ),
    dc: DcBody.optional().describe('Of a DC station. `maxA` is what its supply carries, at least what `dc` comes to.'),
    maxA: AmpsSchema.optional(),
    minimumA: AmpsSchema.optional(),
    fallbackA: AmpsSchema.optional().describe('What it falls back to by itself.'),
    maxDischargeA: AmpsSchema.optional().describe(
      'What a car may give back here, on each phase of its supply (V2G); from `minimumA` upward. Default: nothing.',
    ),
    accessible: z.boolean().optional().describe('A bay that its driver cannot choose: it comes first. Default: false.'),
    minimumShareA: AmpsSchema.optional().describe(
      'Of an accessible bay: what whoever charges here has before anybody else has anything. Default: minimumA.',
    ),
    ...PriorityBody,
  })
  .refine(({ accessible, minimumShareA }) => accessible === true || minimumShareA === undefined, {
    path: ['minimumShareA'],
    error: 'Only an accessible bay has one: say `accessible: true` beside it',
  });

export const StationBody = z.strictObject({
  id: StationIdSchema,
  circuit: NameSchema,
  ...PriorityBody,
  evses: z.array(EvseBody).min(1).max(MAX_EVSES_OF_STATION),
});
