import { listAt, textAt } from '../json.ts';
import type { ObjectType, Principal, Role, VtnObject } from './vtn-object.ts';

/** Scopes of each role (DR-N6). */
export const SCOPES: Readonly<Record<Role, readonly string[]>> = {
  ven: ['read_targets', 'read_ven_objects', 'write_reports', 'write_subscriptions', 'write_vens'],
  bl: ['read_all', 'write_programs', 'write_events', 'write_subscriptions', 'write_vens'],
};

const WRITE_SCOPE: Readonly<Record<ObjectType, string>> = {
  PROGRAM: 'write_programs',
  EVENT: 'write_events',
  REPORT: 'write_reports',
  SUBSCRIPTION: 'write_subscriptions',
  VEN: 'write_vens',
  RESOURCE: 'write_vens',
};

export const mayWrite = ({ role }: Principal, type: ObjectType): boolean => SCOPES[role].includes(WRITE_SCOPE[type]);

export const targetsOf = (object: VtnObject): readonly string[] =>
  (listAt(object, 'targets') ?? []).filter((each) => typeof each === 'string');

/** Programs and events are the only ones that targets hide. */
const isHideable = ({ objectType }: VtnObject): boolean => objectType === 'PROGRAM' || objectType === 'EVENT';
export const isTargeted = (object: VtnObject): boolean => isHideable(object) && targetsOf(object).length > 0;

/** One who reads, with what it asks for and what it may. */
export interface Reader {
  readonly principal: Principal;
  /** The `targets` of its query or of its subscription; empty: none. */
  readonly requested: readonly string[];
  /** The targets of its ven object and of the resources of that. */
  readonly granted: readonly string[];
}

/**
 * The object as this reader may see it; undefined: not at all. BL sees all. A VEN sees the reports, subscriptions, vens and resources that
 * bear its client id. Of programs and events it sees those without targets, and those with a target that it asks for and was granted (DR-N9);
 * of their targets it is shown these alone, so that it learns of no group it does not belong to.
 */
export function seenBy(object: VtnObject, reader: Reader): VtnObject | undefined {
  const { principal, requested, granted } = reader;
  const targets = targetsOf(object);
  // Query parameters are additive: who names targets gets what bears one of them, and nothing untargeted.
  const asked = requested.length === 0 || targets.some((each) => requested.includes(each));
  if (principal.role === 'bl') return asked ? object : undefined;
  if (!isHideable(object)) return asked && textAt(object, 'clientID') === principal.clientId ? object : undefined;
  if (targets.length === 0) return asked ? object : undefined;
  const shown = targets.filter((each) => requested.includes(each) && granted.includes(each));
  return shown.length === 0 ? undefined : { ...object, targets: shown };
}
