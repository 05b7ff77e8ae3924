import type { Page } from 'playwright-core';

/** Where the limit is drawn: rows of the canvas from its top. Undefined: there is none. */
export interface LimitLine {
  /** At the first column that has one. */
  readonly left: number | undefined;
  /** At the last one. */
  readonly right: number | undefined;
  /** The row furthest down. */
  readonly lowest: number | undefined;
}

/** Reads the pixels of the chart in the colour of the limit. Its name stands above the line, so the lowest of a column is the line. */
export const limitLine = (page: Page): Promise<LimitLine> =>
  page.evaluate(`(() => {
    const canvas = document.querySelector('.plot canvas');
    const probe = document.createElement('span');
    probe.style.color = 'var(--lk6-limit)';
    document.body.append(probe);
    const [r, g, b] = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
    probe.remove();
    const { width, height } = canvas;
    const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
    const rows = [];
    for (let x = 0; x < width; x += 1) {
      for (let y = height - 1; y >= 0; y -= 1) {
        const at = (y * width + x) * 4;
        const far = Math.abs(data[at] - r) + Math.abs(data[at + 1] - g) + Math.abs(data[at + 2] - b);
        if (data[at + 3] > 200 && far < 24) {
          rows.push(y);
          break;
        }
      }
    }
    return { left: rows[0], right: rows.at(-1), lowest: rows.length === 0 ? undefined : Math.max(...rows) };
  })()`);
