import { z } from 'zod';
import { STATION_ID } from '../../domain/evse-id.ts';

/** Instants as RFC 3339 with an offset. */
export const InstantSchema = z.iso.datetime({
  offset: true,
  error: 'Expected an RFC 3339 instant with Z or an offset, such as 2026-06-07T12:00:00Z',
});
export const instantMs = (text: string): number => Date.parse(text);
export const instantText = (ms: number): string => new Date(ms).toISOString();
export const instantOrNull = (ms: number | null | undefined): string | null =>
  ms === null || ms === undefined ? null : instantText(ms);

/** Beyond this no current of a site is. Also keeps what is encoded within 32 bits. */
const MAX_A = 100_000;
export const AmpsSchema = z.number().min(-MAX_A).max(MAX_A);
export const KilowattsSchema = z.number().min(-1_000_000).max(1_000_000);

export const PhaseAmpsSchema = z
  .strictObject({ l1A: AmpsSchema, l2A: AmpsSchema, l3A: AmpsSchema })
  .meta({ id: 'PhaseAmps', description: 'Amperes per phase.', examples: [{ l1A: 160, l2A: 160, l3A: 160 }] });

export const SiteIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'A site id has letters, digits, dots, dashes and underscores, at most 63')
  .describe('The name in the site document.');
export const StationIdSchema = z
  .string()
  .regex(
    STATION_ID,
    'A station id has at most 48 letters, digits, dots, colons, dashes and underscores, a letter or digit first',
  )
  .describe('The OCPP identity of the station, case-sensitive.');
export const SiteParams = z.strictObject({ siteId: SiteIdSchema });
export const EvseParams = z.strictObject({
  evseId: z.string().describe('`<stationId>/<number>`, the slash written as %2F.'),
});

/** Query texts are numbers here; defaults are filled in by the handlers. */
export const limitQuery = (most: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,5}$/, `A whole number from 1 to ${most}`)
    .refine((text) => Number(text) <= most, `At most ${most}`)
    .optional()
    .describe(`Items at most, 1 to ${most}; default 100.`);
export const DEFAULT_LIMIT = 100;
