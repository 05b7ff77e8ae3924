import { cssColour, mix, paleness, parseColour, REST_STRENGTH, type Rgb } from '../model/colour.ts';
import type { Layer } from '../model/layers.ts';

/** The colours of the chart as the style sheet has them now; a canvas cannot read variables by itself. */
export interface ChartPalette {
  readonly surface: Rgb;
  readonly line: string;
  readonly muted: string;
  readonly ink: string;
  readonly limit: string;
  readonly charge: Rgb;
  readonly building: Rgb;
}

export function readPalette(host: HTMLElement): ChartPalette {
  const probe = document.createElement('span');
  host.append(probe);
  const colour = (token: string): Rgb => {
    probe.style.color = `var(${token})`;
    return parseColour(getComputedStyle(probe).color);
  };
  const palette: ChartPalette = {
    surface: colour('--lk1-surface'),
    line: cssColour(colour('--lk2-line')),
    muted: cssColour(colour('--lk3-muted')),
    ink: cssColour(colour('--lk3-ink')),
    limit: cssColour(colour('--lk6-limit')),
    charge: colour('--lk4-charge'),
    building: colour('--lk5-building'),
  };
  probe.remove();
  return palette;
}

/** Neighbours of one circuit differ by this much, so that each EVSE is an area of its own without an outline. */
const NEIGHBOUR_STEP = 0.14;

/** The fill of a layer: its circuit's step of the one hue; when one is highlighted it stands out and the others step back. */
export function layerFill(
  layer: Layer,
  layers: readonly Layer[],
  palette: ChartPalette,
  highlight: string | null,
): string {
  const base = layer.circuitId === null ? palette.building : tintOf(layer, layers, palette);
  if (highlight === null) return cssColour(base);
  if (layer.key === highlight) return cssColour(layer.circuitId === null ? palette.building : palette.charge);
  return cssColour(mix(palette.surface, base, REST_STRENGTH));
}

function tintOf(layer: Layer, layers: readonly Layer[], palette: ChartPalette): Rgb {
  const count = (layers.at(-1)?.circuitIndex ?? 0) + 1;
  const tint = mix(palette.charge, palette.surface, paleness(layer.circuitIndex, count));
  const odd = layers.indexOf(layer) % 2 === 1;
  return odd ? tint : mix(tint, palette.surface, NEIGHBOUR_STEP);
}
