import { type Json, optional, textAt } from '../json.ts';
import { type Refusal, refusal } from './answer.ts';
import type { Collection } from './collection.ts';
import type { ObjectType, Principal, VtnObject } from './vtn-object.ts';

export type Collections = Readonly<Record<ObjectType, Collection>>;

const named = (collection: Collection, content: Json, field: string): VtnObject | undefined =>
  collection.get(textAt(content, field) ?? '');

/**
 * The content with its owner in it. The VTN writes whose an object is, and never takes it from a VEN; nor does a VEN write targets of a ven
 * or a resource, which are what it was granted (DR-N9).
 */
export function withOwner(
  collections: Collections,
  type: ObjectType,
  { content, principal, old }: { readonly content: Json; readonly principal: Principal; readonly old?: VtnObject },
): Json {
  if (type === 'PROGRAM' || type === 'EVENT') return content;
  const { targets, ...rest } = content;
  if (principal.role === 'ven') {
    const granted = type === 'SUBSCRIPTION' ? targets : old?.['targets'];
    return { ...rest, clientID: principal.clientId, ...optional('targets', granted) };
  }
  if (type === 'VEN') return content;
  const owner = type === 'RESOURCE' ? named(collections.VEN, content, 'venID')?.['clientID'] : principal.clientId;
  return { ...rest, ...optional('targets', targets), ...optional('clientID', owner) };
}

/** What stands against this content among the other objects: names that are taken, ids of nothing. `id`: the object it replaces. */
export function wrongTies(
  collections: Collections,
  type: ObjectType,
  { content, id }: { readonly content: Json; readonly id?: string },
): Refusal | undefined {
  const isTaken = (...fields: readonly string[]): boolean =>
    collections[type].all().some((each) => each.id !== id && fields.every((field) => each[field] === content[field]));
  switch (type) {
    case 'PROGRAM':
      return isTaken('programName') ? refusal(409, 'This programName is taken.') : undefined;
    case 'EVENT':
      return named(collections.PROGRAM, content, 'programID') === undefined
        ? refusal(404, 'programID names no program.')
        : undefined;
    case 'REPORT':
      // Its event has to be one that the VEN sees, which is not known here.
      return undefined;
    case 'SUBSCRIPTION':
      return textAt(content, 'programID') !== undefined &&
        named(collections.PROGRAM, content, 'programID') === undefined
        ? refusal(404, 'programID names no program.')
        : undefined;
    case 'VEN':
      if (textAt(content, 'clientID') === undefined) return refusal(400, 'clientID is missing.');
      if (isTaken('venName')) return refusal(409, 'This venName is taken.');
      return isTaken('clientID') ? refusal(409, 'This client has a ven already.') : undefined;
    case 'RESOURCE': {
      const ven = named(collections.VEN, content, 'venID');
      if (ven === undefined || ven['clientID'] !== content['clientID']) return refusal(404, 'venID names no ven.');
      return isTaken('venID', 'resourceName') ? refusal(409, 'This resourceName is taken.') : undefined;
    }
  }
}
