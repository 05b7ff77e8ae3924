import { assertNever } from '@headroom/kernel';
import type { ErrorAnswer, RequestRefusal } from '../canonical.ts';

/** Codes of OCPP 2.0.1 part 4, section 4.3. */
export function errorFor(refusal: RequestRefusal): ErrorAnswer {
  switch (refusal.kind) {
    case 'unknown-action':
      return { code: 'NotImplemented', description: 'This action is not known here.' };
    case 'unsupported-action':
      return { code: 'NotSupported', description: 'This action is known, and not supported.' };
    case 'before-boot':
      return { code: 'SecurityError', description: 'Send a BootNotification first.' };
    case 'malformed-frame':
      return { code: 'RpcFrameworkError', description: 'The frame is malformed.' };
    case 'schema':
      return { code: schemaCode(refusal.keyword), description: 'The payload does not fit the schema of this action.' };
    case 'internal':
      return { code: 'InternalError', description: 'The request could not be processed.' };
    default:
      return assertNever(refusal);
  }
}

function schemaCode(keyword: string): string {
  if (keyword === 'type') return 'TypeConstraintViolation';
  if (keyword === 'required') return 'OccurrenceConstraintViolation';
  if (keyword === 'additionalProperties') return 'FormatViolation';
  return 'PropertyConstraintViolation';
}
