import { DESCRIPTORS_MAX, NAME_CHARS_MAX } from './bounds.ts';
import { optional } from './grid-event.ts';
import { isObject, type Place, readList, readText } from './place.ts';

/** What the values of a payload type mean. Texts as the VTN wrote them; whoever needs one judges it. */
export interface PayloadDescriptor {
  readonly payloadType: string;
  readonly units?: string;
  readonly currency?: string;
}

/** `payloadDescriptors` of a program or an event; absent is the empty list. */
export function readDescriptors(owner: Place): readonly PayloadDescriptor[] {
  return readList(owner.child('payloadDescriptors'), DESCRIPTORS_MAX).flatMap((place) => {
    if (!isObject(place.value)) {
      place.refuse('must be an object');
      return [];
    }
    // Descriptors of reports stand in the same list of a program, and are not ours to read.
    if (place.child('objectType')?.value === 'REPORT_PAYLOAD_DESCRIPTOR') return [];
    const payloadType = readText(place.need('payloadType'), NAME_CHARS_MAX);
    const units = readText(place.child('units'), NAME_CHARS_MAX);
    const currency = readText(place.child('currency'), NAME_CHARS_MAX);
    return payloadType === undefined
      ? []
      : [{ payloadType, ...optional('units', units), ...optional('currency', currency) }];
  });
}

/** Used where neither event nor program says it; what is not configured is not guessed (DR-N10). */
export interface UnitDefaults {
  readonly limitUnits?: 'KW' | 'W';
  readonly priceUnits?: 'KWH';
  readonly currency?: string;
}

/** What a value means: by the event, else by its program, else by configuration. */
export interface Meaning {
  readonly units: string | undefined;
  readonly currency: string | undefined;
}

function defaultUnits(type: Parameters<typeof meaningOf>[0], defaults: UnitDefaults): string | undefined {
  if (type === 'GHG') return undefined;
  return type === 'PRICE' ? defaults.priceUnits : defaults.limitUnits;
}

export function meaningOf(
  type: 'IMPORT_CAPACITY_LIMIT' | 'PRICE' | 'GHG',
  descriptors: readonly (readonly PayloadDescriptor[])[],
  defaults: UnitDefaults,
): Meaning {
  const said = descriptors.map((list) => list.find(({ payloadType }) => payloadType === type));
  return {
    units: said.find((each) => each?.units !== undefined)?.units ?? defaultUnits(type, defaults),
    currency: said.find((each) => each?.currency !== undefined)?.currency ?? defaults.currency,
  };
}
