import { type Clock, err, type IdSource, ok, type Result } from '@headroom/kernel';
import { instantAt, instantText, type Json } from '../json.ts';
import { type Refusal, refusal } from './answer.ts';
import type { ObjectType, VtnObject } from './vtn-object.ts';

/** All objects of one kind, in the order of their creation. */
export interface Collection {
  get(id: string): VtnObject | undefined;
  all(): readonly VtnObject[];
  /** Refused (507) when it is full. */
  create(content: Json): Result<VtnObject, Refusal>;
  /** Of an object that is there. */
  replace(old: VtnObject, content: Json): VtnObject;
  remove(id: string): void;
}

export interface CollectionConfig {
  readonly type: ObjectType;
  readonly max: number;
  readonly clock: Clock;
  readonly ids: IdSource;
}

export function createCollection({ type, max, clock, ids }: CollectionConfig): Collection {
  const objects = new Map<string, VtnObject>();
  return {
    get: (id) => objects.get(id),
    all: () => [...objects.values()],
    create(content) {
      if (objects.size >= max) return err(refusal(507, `The VTN holds ${max} objects of kind ${type}, and no more.`));
      const now = instantText(clock.nowMs());
      // What a client says of these four is ignored (DR-N1): ours stand last.
      const object = { ...content, id: ids.next(), createdDateTime: now, modificationDateTime: now, objectType: type };
      objects.set(object.id, object);
      return ok(object);
    },
    replace(old, content) {
      const lastMs = instantAt(old, 'modificationDateTime') ?? 0;
      const { id, createdDateTime } = old;
      // A reader applies only what is newer than what it has (DR-W1), so two changes never share an instant.
      const modificationDateTime = instantText(Math.max(clock.nowMs(), lastMs + 1));
      const object = { ...content, id, createdDateTime, modificationDateTime, objectType: type };
      objects.set(id, object);
      return object;
    },
    remove(id) {
      objects.delete(id);
    },
  };
}
