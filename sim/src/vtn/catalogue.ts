import { type Clock, err, type IdSource, ok, type Result } from '@headroom/kernel';
import { instantAt, textAt } from '../json.ts';
import { seenBy } from './access.ts';
import { type Refusal, refusal } from './answer.ts';
import * as bounds from './bounds.ts';
import { type Collection, createCollection } from './collection.ts';
import { eventEndMs } from './event-end.ts';
import type { Listing } from './listing.ts';
import { type At, createRules } from './rules.ts';
import type { Collections } from './ties.ts';
import type { ObjectType, Operation, Principal, VtnObject } from './vtn-object.ts';

/** Everything the VTN holds. */
export interface Catalogue {
  /** All of one kind, for the one who runs the VTN. */
  all(type: ObjectType): readonly VtnObject[];
  list(type: ObjectType, listing: Listing, principal: Principal): readonly VtnObject[];
  /** Refused with 404 when it is not there, or not for this one. Without `targets`, a VEN asks for all it was granted. */
  read(at: At, principal: Principal, targets?: readonly string[]): Result<VtnObject, Refusal>;
  create(type: ObjectType, body: unknown, principal: Principal): Result<VtnObject, Refusal>;
  /** The new content takes the place of the whole old one. */
  replace(at: At, body: unknown, principal: Principal): Result<VtnObject, Refusal>;
  remove(at: At, principal: Principal): Result<VtnObject, Refusal>;
  /** As a VEN or BL that asks with these targets sees it. */
  seen(object: VtnObject, principal: Principal, targets: readonly string[]): VtnObject | undefined;
}

export interface CatalogueConfig {
  readonly clock: Clock;
  readonly ids: IdSource;
  /** Told after each change. `object` is the last content of one that is gone. */
  readonly changed: (operation: Operation, object: VtnObject) => void;
}

const MAX: Readonly<Record<ObjectType, number>> = {
  PROGRAM: bounds.PROGRAMS_MAX,
  EVENT: bounds.EVENTS_MAX,
  REPORT: bounds.REPORTS_MAX,
  SUBSCRIPTION: bounds.SUBSCRIPTIONS_MAX,
  VEN: bounds.VENS_MAX,
  RESOURCE: bounds.RESOURCES_MAX,
};

export function createCatalogue({ clock, ids, changed }: CatalogueConfig): Catalogue {
  const collections = createCollections({ clock, ids });
  const of = (type: ObjectType): Collection => collections[type];

  const { reader, find, missing, writable, prepare } = createRules(collections);

  return {
    all: (type) => of(type).all(),
    list(type, listing, principal) {
      const asking = reader(principal, listing.targets);
      const { skip, limit } = listing;
      const found = of(type)
        .all()
        .filter((each) => isWanted(each, listing, { collections, nowMs: clock.nowMs() }));
      return found.flatMap((each) => seenBy(each, asking) ?? []).slice(skip, skip + limit);
    },
    read(at, principal, targets) {
      const found = find(at, principal, targets);
      return found === undefined ? err(missing(at)) : ok(found);
    },
    create(type, body, principal) {
      const content = prepare(type, body, { principal });
      if (content.kind === 'err') return content;
      const created = of(type).create(content.value);
      if (created.kind === 'ok') changed('CREATE', created.value);
      return created;
    },
    replace(at, body, principal) {
      const old = writable(at, principal);
      if (old.kind === 'err') return old;
      const content = prepare(at.type, body, { principal, old: old.value });
      if (content.kind === 'err') return content;
      const object = of(at.type).replace(old.value, content.value);
      changed('UPDATE', object);
      return ok(object);
    },
    remove(at, principal) {
      const old = writable(at, principal);
      if (old.kind === 'err') return old;
      const { id } = old.value;
      if (
        at.type === 'PROGRAM' &&
        of('EVENT')
          .all()
          .some((each) => each['programID'] === id)
      )
        return err(refusal(409, 'The program still has events.'));
      of(at.type).remove(id);
      changed('DELETE', old.value);
      // A resource is a part of its ven, and goes with it. Reports stay: they are evidence.
      if (at.type === 'VEN') {
        for (const resource of of('RESOURCE').all()) {
          if (resource['venID'] !== id) continue;
          of('RESOURCE').remove(resource.id);
          changed('DELETE', resource);
        }
      }
      return old;
    },
    seen: (object, principal, targets) => seenBy(object, reader(principal, targets)),
  };
}

const createCollections = (doors: Pick<CatalogueConfig, 'clock' | 'ids'>): Collections => {
  const collection = (type: ObjectType): Collection => createCollection({ type, max: MAX[type], ...doors });
  return {
    PROGRAM: collection('PROGRAM'),
    EVENT: collection('EVENT'),
    REPORT: collection('REPORT'),
    SUBSCRIPTION: collection('SUBSCRIPTION'),
    VEN: collection('VEN'),
    RESOURCE: collection('RESOURCE'),
  };
};

function isWanted(
  object: VtnObject,
  { fields, active, reportsOfProgram }: Listing,
  { collections, nowMs }: { readonly collections: Collections; readonly nowMs: number },
): boolean {
  for (const [name, value] of fields) if (object[name] !== value) return false;
  if (active !== undefined && isActive(object, nowMs) !== active) return false;
  if (reportsOfProgram === undefined) return true;
  return collections.EVENT.get(textAt(object, 'eventID') ?? '')?.['programID'] === reportsOfProgram;
}

const isActive = (event: VtnObject, nowMs: number): boolean =>
  eventEndMs(event, instantAt(event, 'createdDateTime') ?? nowMs) > nowMs;
