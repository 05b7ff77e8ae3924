import v16 from '../gen/v16.cjs';
import v201 from '../gen/v201.cjs';
import v21 from '../gen/v21.cjs';
import type { OcppVersion } from './canonical.ts';

export interface SchemaViolation {
  /** JSON-schema keyword, for example `required`, `type`, `maxLength`. */
  readonly keyword: string;
  /** For our own records: where and what, without the value. */
  readonly detail: string;
}

type Validator = (typeof v16)[string];

/** By action; `side` is how their names end (`schema-names.ts`). */
function bySide(validators: typeof v16, side: 'req' | 'res'): ReadonlyMap<string, Validator> {
  const ending = `_${side}`;
  const ofSide = Object.entries(validators).filter(([name]) => name.endsWith(ending));
  return new Map(ofSide.map(([name, validate]) => [name.slice(0, -ending.length), validate]));
}

const VALIDATORS = {
  'ocpp1.6': { req: bySide(v16, 'req'), res: bySide(v16, 'res') },
  'ocpp2.0.1': { req: bySide(v201, 'req'), res: bySide(v201, 'res') },
  'ocpp2.1': { req: bySide(v21, 'req'), res: bySide(v21, 'res') },
} as const;

/** True where the standard of that version has the action at all. */
export const isKnownAction = (version: OcppVersion, action: string): boolean => VALIDATORS[version].req.has(action);

/** Checks a payload against the schema of its action. Undefined: it fits. An unknown action never fits. */
export function schemaViolation(
  version: OcppVersion,
  action: string,
  side: 'req' | 'res',
  payload: unknown,
): SchemaViolation | undefined {
  const validate = VALIDATORS[version][side].get(action);
  if (validate === undefined) return { keyword: 'unknown', detail: 'no schema of that name' };
  if (validate(payload)) return undefined;
  const [first] = validate.errors ?? [];
  return {
    keyword: first?.keyword ?? 'unknown',
    detail: `${first?.instancePath ?? ''} ${first?.message ?? ''}`.trim(),
  };
}

/**
 * Violations that lose nothing once the message is read field by field: too long, of an odd format, too much, a word
 * that the enumeration lacks (H16, H29, H71). They are tolerated inbound, never outbound.
 */
const TOLERABLE: ReadonlySet<string> = new Set(['maxLength', 'format', 'additionalProperties', 'multipleOf', 'enum']);

export const isTolerable = (violation: SchemaViolation): boolean => TOLERABLE.has(violation.keyword);
