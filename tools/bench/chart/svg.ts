/** Pictures are read on light and on dark pages; the colours of series are told apart in both, and by those who see few colours. */
export const SERIES = [
  '#4477aa',
  '#ee6677',
  '#228833',
  '#ccbb44',
  '#66ccee',
  '#aa3377',
  '#8a8f98',
  '#e08a3c',
  '#5b5fc7',
  '#3aa39a',
];
const STYLE = `text{font:12px system-ui,sans-serif;fill:#24292f}.h{font-weight:600;font-size:14px}.m{fill:#57606a;font-size:11px}
.g{stroke:#d0d7de}.a{stroke:#cf222e;stroke-dasharray:4 3}.r{fill:#cf222e;font-size:11px}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.m{fill:#9198a1}.g{stroke:#3d444d}.r{fill:#ff7b72}.a{stroke:#ff7b72}}`;

export const WIDTH = 760;
/** Room for the names of rows. */
export const LEFT = 250;
export const RIGHT = WIDTH - 110;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const short = (value: number): string => String(Math.round(value * 10) / 10);

type Anchor = 'start' | 'middle' | 'end';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly of?: 'h' | 'm' | 'r';
  readonly anchor?: Anchor;
}

export const text = (words: string, { x, y, of, anchor = 'start' }: Place): string =>
  `<text x="${short(x)}" y="${short(y)}"${of === undefined ? '' : ` class="${of}"`}${anchor === 'start' ? '' : ` text-anchor="${anchor}"`}>${escaped(words)}</text>`;

export const line = (from: readonly [number, number], to: readonly [number, number], of: 'g' | 'a'): string =>
  `<path class="${of}" d="M${from.map(short).join(' ')}L${to.map(short).join(' ')}"/>`;

export interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
  readonly opacity?: number;
}

export const bar = ({ x, y, width, height, colour, opacity }: Bar): string =>
  `<rect x="${short(x)}" y="${short(y)}" width="${short(Math.max(width, 1))}" height="${height}" rx="2" fill="${colour}"${opacity === undefined ? '' : ` fill-opacity="${opacity}"`}/>`;

/** `title` is what one hears who cannot see it. */
export const picture = (title: string, height: number, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title><style>${STYLE}</style>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
