/** Opaque mixes for the canvas: a layer is painted over the one above it, so nothing may shine through. */

export interface Rgb {
  readonly r: number;
  readonly g: number;
  readonly b: number;
}

const BLACK: Rgb = { r: 0, g: 0, b: 0 };

/** `#rrggbb` or what a browser computes: `rgb(1, 2, 3)` or `rgb(1 2 3 / 50%)`. Anything else reads as black. */
export function parseColour(text: string): Rgb {
  const hex = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text.trim());
  const [, r, g, b] = hex ?? /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)/.exec(text.trim()) ?? [];
  if (r === undefined || g === undefined || b === undefined) return BLACK;
  const base = hex === null ? 10 : 16;
  return { r: Number.parseInt(r, base), g: Number.parseInt(g, base), b: Number.parseInt(b, base) };
}

/** `part` of the second colour in the first. */
export function mix(first: Rgb, second: Rgb, part: number): Rgb {
  const channel = (a: number, b: number): number => Math.round(a + (b - a) * part);
  return { r: channel(first.r, second.r), g: channel(first.g, second.g), b: channel(first.b, second.b) };
}

export const cssColour = ({ r, g, b }: Rgb): string => `rgb(${r}, ${g}, ${b})`;

/** How far the palest circuit goes towards the ground: still clearly of the product's hue. */
const PALEST = 0.5;
/** LK: the hovered or selected one at full strength, the rest at 45 %. */
export const REST_STRENGTH = 0.45;

/** One hue, lightness steps by circuit: the first at full strength, the others evenly paler. 0 is full, 1 would be the ground. */
export const paleness = (index: number, count: number): number => (count <= 1 ? 0 : (PALEST * index) / (count - 1));
