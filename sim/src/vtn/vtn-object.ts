import type { Json } from '../json.ts';

/** OpenADR 3.1: the kinds of object with an address of their own (DR-N1). */
export type ObjectType = 'PROGRAM' | 'EVENT' | 'REPORT' | 'SUBSCRIPTION' | 'VEN' | 'RESOURCE';
export type Operation = 'CREATE' | 'UPDATE' | 'DELETE';

/** An object as the VTN shows it: what its writer sent, and the metadata that only the VTN writes. */
export interface VtnObject extends Json {
  readonly id: string;
  /** RFC 3339. */
  readonly createdDateTime: string;
  /** RFC 3339; grows with every change, also of one millisecond. */
  readonly modificationDateTime: string;
  readonly objectType: ObjectType;
}

/** `ven`: sees and writes its own, and what it was granted. `bl` (business logic, the utility's side): sees all. */
export type Role = 'ven' | 'bl';

/** Who asks. */
export interface Principal {
  readonly clientId: string;
  readonly role: Role;
}

/** Where each kind lives. */
export const PATHS: ReadonlyMap<string, ObjectType> = new Map([
  ['programs', 'PROGRAM'],
  ['events', 'EVENT'],
  ['reports', 'REPORT'],
  ['subscriptions', 'SUBSCRIPTION'],
  ['vens', 'VEN'],
  ['resources', 'RESOURCE'],
]);
