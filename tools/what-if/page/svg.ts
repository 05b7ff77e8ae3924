export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Colours are names of the style: they follow light and dark. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
  readonly dashed?: boolean;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}
/** Narrow enough that its words can be read on a phone, where it fills the screen. */
const FRAME: Frame = { width: 430, height: 250, left: 50, right: 12, top: 14, bottom: 34 };
const TICKS = 5;
const NICE = [1, 2, 2.5, 5, 10];

export function niceStep(most: number): number {
  const raw = Math.max(most, 1e-9) / TICKS;
  const power = 10 ** Math.floor(Math.log10(raw));
  return (NICE.find((nice) => nice * power >= raw * 0.999) ?? 10) * power;
}

const short = (value: number): string => String(Math.round(value * 10) / 10);

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly words: (value: number) => string;
}

function frameOf(
  y: Axis,
  at: { readonly x: (value: number) => number; readonly y: (value: number) => number },
): string {
  const lines: string[] = [];
  for (let value = y.from; value <= y.to + y.step / 1_000; value += y.step) {
    const height = short(at.y(value));
    lines.push(
      `<path class="g" d="M${FRAME.left} ${height}H${FRAME.width - FRAME.right}"/>`,
      `<text class="t" x="${FRAME.left - 6}" y="${short(at.y(value) + 4)}" text-anchor="end">${escaped(y.words(value))}</text>`,
    );
  }
  return lines.join('');
}

const svg = (title: string, height: number, body: string): string =>
  `<svg viewBox="0 0 ${FRAME.width} ${height}" role="img" aria-label="${escaped(title)}"><title>${escaped(title)}</title>${body}</svg>`;

const legend = (series: readonly Series[]): string =>
  `<ul class="legend">${series.map(({ name, colour }) => `<li><i style="background:var(--${colour})"></i>${escaped(name)}</li>`).join('')}</ul>`;

/** Lines over values of x in ascending order; `mark`: a level that is drawn across with its words. */
export function lines(of: {
  readonly title: string;
  readonly x: readonly number[];
  readonly xWords: (value: number) => string;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly mark?: { readonly value: number; readonly words: string };
  /** Every so many values have their words. */
  readonly every?: number;
}): string {
  const [low = 0, high = 1] = [of.x[0], of.x.at(-1)];
  const { left, right, top, bottom, width, height } = FRAME;
  const at = {
    x: (value: number) => left + ((value - low) / Math.max(high - low, 1e-9)) * (width - left - right),
    y: (value: number) => height - bottom - ((value - of.y.from) / (of.y.to - of.y.from)) * (height - top - bottom),
  };
  const words = of.x
    .filter((_, n) => n % (of.every ?? 1) === 0)
    .map(
      (value) =>
        `<text class="t" x="${short(at.x(value))}" y="${height - bottom + 18}" text-anchor="${value === high ? 'end' : 'middle'}">${escaped(of.xWords(value))}</text>`,
    );
  const drawn = of.series.map(({ values, colour, dashed, name }) => {
    const points = values.map((value, n) => [at.x(of.x[n] ?? 0), at.y(Math.min(of.y.to, Math.max(of.y.from, value)))]);
    const path = points.map((point, n) => `${n === 0 ? 'M' : 'L'}${point.map(short).join(' ')}`).join('');
    const dots =
      of.x.length > 12
        ? ''
        : points
            .map(([x = 0, y = 0]) => `<circle cx="${short(x)}" cy="${short(y)}" r="3.5" fill="var(--${colour})"/>`)
            .join('');
    return `<g><title>${escaped(name)}</title><path fill="none" stroke="var(--${colour})" stroke-width="2.4"${dashed === true ? ' stroke-dasharray="6 4"' : ''} d="${path}"/>${dots}</g>`;
  });
  const mark =
    of.mark === undefined || of.mark.value > of.y.to
      ? ''
      : `<path class="l" d="M${left} ${short(at.y(of.mark.value))}H${width - right}"/><text class="t" x="${width - right}" y="${short(at.y(of.mark.value) - 5)}" text-anchor="end">${escaped(of.mark.words)}</text>`;
  return svg(of.title, height, frameOf(of.y, at) + mark + drawn.join('') + words.join('')) + legend(of.series);
}

const BAR_ROW = 28;
const BAR_LEFT = 148;
/** Of a letter at the size of the style: names that need more room than there is take it from the bars. */
const LETTER_PX = 7.5;
const BAR_RIGHT = 62;

/** Horizontal bars from 0, with their words behind them; `mark`: a level drawn down through all of them. */
export function bars(of: {
  readonly title: string;
  readonly rows: readonly {
    readonly name: string;
    readonly value: number;
    readonly words: string;
    readonly colour: string;
  }[];
  readonly mark?: { readonly value: number; readonly words: string };
}): string {
  const most = of.rows.reduce((largest, { value }) => Math.max(largest, value), of.mark?.value ?? 0);
  const left = of.rows.reduce((widest, { name }) => Math.max(widest, name.length * LETTER_PX + 10), BAR_LEFT);
  const at = (value: number): number => left + (value / Math.max(most, 1e-9)) * (FRAME.width - left - BAR_RIGHT);
  const top = of.mark === undefined ? 4 : 24;
  const height = top + of.rows.length * BAR_ROW + 4;
  const drawn = of.rows.map(({ name, value, words, colour }, n) => {
    const y = top + n * BAR_ROW;
    return [
      `<text x="${left - 10}" y="${y + 18}" text-anchor="end">${escaped(name)}</text>`,
      `<rect x="${left}" y="${y + 5}" width="${short(Math.max(1, at(value) - left))}" height="${BAR_ROW - 11}" rx="3" fill="var(--${colour})"/>`,
      `<text class="t" x="${short(at(value) + 7)}" y="${y + 18}">${escaped(words)}</text>`,
    ].join('');
  });
  const mark =
    of.mark === undefined
      ? ''
      : `<path class="l" d="M${short(at(of.mark.value))} ${top - 4}V${height - 4}"/><text class="t" x="${short(at(of.mark.value))}" y="14" text-anchor="middle">${escaped(of.mark.words)}</text>`;
  return svg(of.title, height, drawn.join('') + mark);
}
