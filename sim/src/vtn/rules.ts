import { err, ok, type Result } from '@headroom/kernel';
import { type Json, optional, textAt } from '../json.ts';
import { isTargeted, mayWrite, type Reader, seenBy, targetsOf } from './access.ts';
import { type Refusal, refusal } from './answer.ts';
import { checkContent } from './content.ts';
import { type Collections, withOwner, wrongTies } from './ties.ts';
import type { ObjectType, Principal, VtnObject } from './vtn-object.ts';

/** The address of an object. */
export interface At {
  readonly type: ObjectType;
  readonly id: string;
}

/** Who sees what, and what may be written, over all objects. */
export interface Rules {
  reader(principal: Principal, requested: readonly string[]): Reader;
  /** At its own address; undefined: not there, or not for this one. Without `targets`, a VEN asks for all it was granted. */
  find(at: At, principal: Principal, targets?: readonly string[]): VtnObject | undefined;
  missing(at: At): Refusal;
  /** Only what this one sees can it change: what is not its own is not there for it. */
  writable(at: At, principal: Principal): Result<VtnObject, Refusal>;
  /** What will stand there, if it may. `old`: the object it replaces. */
  prepare(
    type: ObjectType,
    body: unknown,
    by: { readonly principal: Principal; readonly old?: VtnObject },
  ): Result<Json, Refusal>;
}

export function createRules(collections: Collections): Rules {
  const reader = (principal: Principal, requested: readonly string[]): Reader => {
    const granted = [...collections.VEN.all(), ...collections.RESOURCE.all()]
      .filter((each) => textAt(each, 'clientID') === principal.clientId)
      .flatMap(targetsOf);
    return { principal, granted, requested };
  };

  const find = ({ type, id }: At, principal: Principal, targets?: readonly string[]): VtnObject | undefined => {
    const object = collections[type].get(id);
    if (object === undefined) return undefined;
    const asking = reader(principal, []);
    // Interpretation: an address names its object, so that the grant alone decides. Else 404 would not mean "gone" (DR-N3).
    const requested = isTargeted(object) && principal.role === 'ven' ? (targets ?? asking.granted) : [];
    return seenBy(object, { ...asking, requested });
  };

  const missing = ({ type, id }: At): Refusal => refusal(404, `There is no ${type} ${id} here.`);

  const writable = (at: At, principal: Principal): Result<VtnObject, Refusal> => {
    if (!mayWrite(principal, at.type)) return err(forbidden(at.type));
    const found = find(at, principal);
    return found === undefined ? err(missing(at)) : ok(found);
  };

  const prepare = (
    type: ObjectType,
    body: unknown,
    by: { readonly principal: Principal; readonly old?: VtnObject },
  ): Result<Json, Refusal> => {
    if (!mayWrite(by.principal, type)) return err(forbidden(type));
    const checked = checkContent(type, body);
    if (checked.kind === 'err') return checked;
    const content = withOwner(collections, type, { content: checked.value, ...by });
    const event: At = { type: 'EVENT', id: textAt(content, 'eventID') ?? '' };
    if (type === 'REPORT' && find(event, by.principal) === undefined) return err(missing(event));
    const wrong = wrongTies(collections, type, { content, ...optional('id', by.old?.id) });
    return wrong === undefined ? ok(content) : err(wrong);
  };

  return { reader, find, missing, writable, prepare };
}

const forbidden = (type: ObjectType): Refusal => refusal(403, `This client may not write objects of kind ${type}.`);
