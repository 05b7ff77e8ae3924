import { err, ok, type Result } from '@headroom/kernel';
import { ID_CHARS_MAX, NAME_CHARS_MAX } from './bounds.ts';
import { isObject, quoted, readText, type Refusal, rootPlace } from './place.ts';
import { type PayloadDescriptor, readDescriptors } from './read-descriptors.ts';

/** What events take from their program. */
export interface GridProgram {
  readonly programId: string;
  readonly name: string;
  readonly descriptors: readonly PayloadDescriptor[];
}

/** OpenADR 3.0.1 and 3.1.0, program. */
export function readProgram(json: unknown): Result<GridProgram, Refusal> {
  const refusals: Refusal[] = [];
  const place = rootPlace(json, refusals);
  if (!isObject(json)) place.refuse(`is ${quoted(json)}; it must be a program`);
  const programId = readText(place.need('id'), ID_CHARS_MAX) ?? '';
  const name = readText(place.need('programName'), NAME_CHARS_MAX) ?? '';
  const descriptors = readDescriptors(place);
  const [refusal] = refusals;
  return refusal === undefined ? ok({ programId, name, descriptors }) : err(refusal);
}
