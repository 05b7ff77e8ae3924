import {
  CARBON_G_PER_KWH_MAX,
  LEVEL_MAX,
  LIMIT_W_MAX,
  NAME_CHARS_MAX,
  PRICE_PER_KWH_MAX,
  VALUES_PER_PAYLOAD_MAX,
} from './bounds.ts';
import type { Payload } from './grid-event.ts';
import { payloadTypeOf } from './payload-types.ts';
import { isObject, type Place, quoted, readInteger, readList, readNumber, readText } from './place.ts';
import type { Meaning } from './read-descriptors.ts';

/** What limits, prices and emissions of this event mean. */
export interface Meanings {
  readonly limit: Meaning;
  readonly price: Meaning;
  readonly carbon: Meaning;
}

/** A text: a type of the standard that we do not act on. `undefined`: refused. */
export function readPayload(place: Place, meanings: Meanings): Payload | string | undefined {
  if (!isObject(place.value)) return place.refuse(`is ${quoted(place.value)}; it must be an object`);
  const typePlace = place.need('type');
  const type = readText(typePlace, NAME_CHARS_MAX);
  if (type === undefined) return undefined;
  switch (payloadTypeOf(type)) {
    case 'IMPORT_CAPACITY_LIMIT':
      return readLimit(place, meanings.limit);
    case 'SIMPLE':
      return readLevel(place);
    case 'PRICE':
      return readPrices(place, meanings.price);
    case 'GHG':
      return readCarbon(place, meanings.carbon);
    case 'other':
      return type;
    case 'unknown':
      return typePlace?.refuse(`is ${quoted(type)}, which is no payload type of OpenADR 3`);
  }
}

const WATTS_PER: ReadonlyMap<string, number> = new Map([
  ['W', 1],
  ['KW', 1_000],
  ['kW', 1_000],
]);
// Above the noise of one multiplication, far below a watt: 1.001 kW are 1001 W, not 1000.
const NOISE_W = 1e-6;

function readLimit(payload: Place, { units }: Meaning): Payload | undefined {
  const place = onlyValue(payload);
  if (place === undefined) return undefined;
  if (units === undefined) return payload.refuse('has no units: neither event nor program says KW or W');
  const wattsPer = WATTS_PER.get(units);
  if (wattsPer === undefined) return payload.refuse(`is in units of ${quoted(units)}; a limit must be in KW or W`);
  const most = LIMIT_W_MAX / wattsPer;
  const value = readNumber(place, { least: 0, most, of: `a limit in ${units}` });
  return value === undefined ? undefined : { kind: 'limit', limitW: Math.floor(value * wattsPer + NOISE_W) };
}

function readLevel(payload: Place): Payload | undefined {
  const level = readInteger(onlyValue(payload), { least: 0, most: LEVEL_MAX, of: 'a level' });
  return level === undefined ? undefined : { kind: 'level', level };
}

function readPrices(payload: Place, { units, currency }: Meaning): Payload | undefined {
  if (units === undefined) return payload.refuse('has no units: neither event nor program says KWH');
  if (units !== 'KWH' && units !== 'kWh')
    return payload.refuse(`is in units of ${quoted(units)}; a price must be for a KWH`);
  if (currency === undefined) return payload.refuse('has no currency: neither event nor program says one');
  if (!/^[A-Z]{3}$/.test(currency))
    return payload.refuse(`is in the currency ${quoted(currency)}; it must be a code of ISO 4217, such as EUR`);
  const list = payload.need('values');
  const places = readList(list, VALUES_PER_PAYLOAD_MAX);
  if (places.length === 0) return list?.refuse('is empty');
  const bounds = { least: -PRICE_PER_KWH_MAX, most: PRICE_PER_KWH_MAX, of: `a price in ${currency} per kWh` };
  const prices = places.map((place) => readNumber(place, bounds)).filter((price) => price !== undefined);
  // Adding 0 turns -0 into 0.
  return { kind: 'price', currency, microPerKwh: prices.map((price) => Math.round(price * 1e6) + 0) };
}

const MG_PER: ReadonlyMap<string, number> = new Map([
  ['GHG', 1_000],
  ['g/kWh', 1_000],
]);

/** DR-N11, DR-N13: in g/kWh, whether its units say so by their name in the standard, or nothing says it. */
function readCarbon(payload: Place, { units = 'GHG' }: Meaning): Payload | undefined {
  const mgPer = MG_PER.get(units);
  if (mgPer === undefined) return payload.refuse(`is in units of ${quoted(units)}; an emission must be in g/kWh`);
  const list = payload.need('values');
  const places = readList(list, VALUES_PER_PAYLOAD_MAX);
  if (places.length === 0) return list?.refuse('is empty');
  const bounds = { least: 0, most: CARBON_G_PER_KWH_MAX, of: 'an emission in g/kWh' };
  const values = places.map((place) => readNumber(place, bounds)).filter((value) => value !== undefined);
  return { kind: 'carbon', mgPerKwh: values.map((value) => Math.round(value * mgPer) + 0) };
}

function onlyValue(payload: Place): Place | undefined {
  const list = payload.need('values');
  const places = readList(list, VALUES_PER_PAYLOAD_MAX);
  return places.length === 1 ? places[0] : list?.refuse(`has ${places.length} entries; it must have one`);
}
