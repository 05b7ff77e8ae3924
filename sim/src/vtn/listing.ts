import { err, ok, type Result } from '@headroom/kernel';
import { type Refusal, refusal } from './answer.ts';
import { PAGE_MAX, TARGETS_MAX } from './bounds.ts';
import type { ObjectType } from './vtn-object.ts';

/** Fields that a listing of this kind can be narrowed by, named as in the object. */
const FIELDS: Readonly<Record<ObjectType, readonly string[]>> = {
  PROGRAM: [],
  EVENT: ['programID'],
  REPORT: ['eventID', 'clientName'],
  SUBSCRIPTION: ['programID', 'clientName'],
  VEN: ['venName'],
  RESOURCE: ['venID', 'resourceName'],
};

/** What a listing asks for. Every term narrows it further. */
export interface Listing {
  readonly skip: number;
  readonly limit: number;
  readonly targets: readonly string[];
  /** Events only: true, those that are not over; false, those that are. */
  readonly active?: boolean;
  /** Reports only: of the events of this program. */
  readonly reportsOfProgram?: string;
  readonly fields: ReadonlyMap<string, string>;
}

/** Query parameters that we do not know are passed over. */
export function readListing(type: ObjectType, query: URLSearchParams): Result<Listing, Refusal> {
  const skip = wholeNumber(query.get('skip') ?? '0');
  const limit = wholeNumber(query.get('limit') ?? String(PAGE_MAX));
  if (skip === undefined) return err(refusal(400, 'skip is no whole number from 0.'));
  if (limit === undefined || limit < 1 || limit > PAGE_MAX)
    return err(refusal(400, `limit is no whole number from 1 to ${PAGE_MAX}.`));
  const targets = query.getAll('targets');
  if (targets.length > TARGETS_MAX) return err(refusal(400, `More than ${TARGETS_MAX} targets.`));
  const active = query.get('active');
  if (active !== null && active !== 'true' && active !== 'false')
    return err(refusal(400, 'active is neither true nor false.'));
  const fields = new Map<string, string>();
  for (const name of FIELDS[type]) {
    const value = query.get(name);
    if (value !== null) fields.set(name, value);
  }
  const programId = query.get('programID');
  return ok({
    ...{ skip, limit, targets, fields },
    ...(type === 'EVENT' && active !== null ? { active: active === 'true' } : {}),
    ...(type === 'REPORT' && programId !== null ? { reportsOfProgram: programId } : {}),
  });
}

const wholeNumber = (text: string): number | undefined => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);
