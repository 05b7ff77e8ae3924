import type { QuirkName, QuirkValue } from './fields.ts';

/** Who a station says it is (BootNotification). Empty: it did not say. */
export interface StationIdentity {
  readonly vendor: string;
  readonly model: string;
  readonly firmware: string;
}

/** One text, or all that begin with it. Compared without case and signs: "Go-e" is "goe". */
export interface TextPattern {
  readonly text: string;
  readonly isPrefix: boolean;
}

/** Firmware by its numbers: `from` is inside, `before` is not. */
export interface FirmwareRange {
  readonly from?: readonly number[];
  readonly before?: readonly number[];
}

export interface RuleMatch {
  /** Absent: whatever the model. */
  readonly model?: TextPattern;
  readonly firmware?: TextPattern | FirmwareRange;
}

/** A quirk as a pack states it, with where it is known from. */
export interface StatedQuirk {
  readonly quirk: QuirkName;
  readonly value: QuirkValue;
  /** Id of the row that reports it: H81. */
  readonly id: string;
  /** What stations were seen to do, in one sentence. */
  readonly says: string;
}

export interface QuirkRule {
  readonly match: RuleMatch;
  readonly quirks: readonly StatedQuirk[];
}

/** What is known of the stations of one vendor. */
export interface QuirkPack {
  readonly vendor: string;
  /** How the vendor calls itself in BootNotification, plainly: no case, no signs. A longer text that begins so is meant too. */
  readonly names: readonly string[];
  readonly rules: readonly QuirkRule[];
}

/** Letters and digits, small. */
export const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** "2.1.10-rc3" is 2, 1, 10, 3. */
export const numbersIn = (text: string): readonly number[] =>
  [...text.matchAll(/\d{1,9}/g)].slice(0, MAX_VERSION_PARTS).map(([digits]) => Number(digits));
const MAX_VERSION_PARTS = 8;

/** A part that is missing is 0: 2.1 is 2.1.0. */
export function compareVersions(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export const isText = (firmware: TextPattern | FirmwareRange): firmware is TextPattern => 'text' in firmware;

const fits = ({ text, isPrefix }: TextPattern, said: string): boolean =>
  isPrefix ? plain(said).startsWith(text) : plain(said) === text;

/** A firmware without a number is in no range. */
function isIn({ from, before }: FirmwareRange, said: string): boolean {
  const version = numbersIn(said);
  if (version.length === 0) return false;
  return (
    (from === undefined || compareVersions(version, from) >= 0) &&
    (before === undefined || compareVersions(version, before) < 0)
  );
}

export function matches({ model, firmware }: RuleMatch, identity: StationIdentity): boolean {
  if (model !== undefined && !fits(model, identity.model)) return false;
  if (firmware === undefined) return true;
  return isText(firmware) ? fits(firmware, identity.firmware) : isIn(firmware, identity.firmware);
}

export const isOfVendor = ({ names }: QuirkPack, { vendor }: StationIdentity): boolean =>
  names.some((name) => plain(vendor).startsWith(name));

/** The model first, then the firmware; of each: exact, then the longer prefix, then a range, then whatever. */
export function isMoreSpecific(a: RuleMatch, b: RuleMatch): boolean {
  const [model, firmware] = [
    narrowness(a.model) - narrowness(b.model),
    narrowness(a.firmware) - narrowness(b.firmware),
  ];
  return model === 0 ? firmware > 0 : model > 0;
}

const EXACT = 1_000;
function narrowness(part: TextPattern | FirmwareRange | undefined): number {
  if (part === undefined) return 0;
  if (!isText(part)) return 1;
  return part.isPrefix ? 2 + Math.min(part.text.length, EXACT - 3) : EXACT;
}

/** "model Gemini..., firmware from 1.2, before 2.0": for people. */
export function describeMatch({ model, firmware }: RuleMatch): string {
  const parts = [
    ...(model === undefined ? [] : [`model ${describeText(model)}`]),
    ...(firmware === undefined ? [] : [`firmware ${describeFirmware(firmware)}`]),
  ];
  return parts.length === 0 ? 'every model' : parts.join(', ');
}

const describeText = ({ text, isPrefix }: TextPattern): string => `"${text}${isPrefix ? '*' : ''}"`;

function describeFirmware(firmware: TextPattern | FirmwareRange): string {
  if (isText(firmware)) return describeText(firmware);
  const { from, before } = firmware;
  const words = [
    ...(from === undefined ? [] : [`from ${from.join('.')}`]),
    ...(before === undefined ? [] : [`before ${before.join('.')}`]),
  ];
  return words.join(' ');
}
