import uPlot from 'uplot';

/**
 * The area of one stacked layer. Of the points that fall on one pixel column the highest stands: a short peak may never vanish because
 * the window is long, and a redraw costs pixels, not points. Nothing is smoothed; a null ends the area.
 */
export const areaPath: uPlot.Series.PathBuilder = (u, seriesIdx, idx0, idx1) => {
  const values = u.data[seriesIdx];
  const times = u.data[0];
  const x = u.scales['x'];
  const y = u.scales['y'];
  const fill = new Path2D();
  if (values === undefined || x === undefined || y === undefined) return { fill };
  const { left, top, width, height } = u.bbox;
  const [xMin, yMin] = [x.min ?? 0, y.min ?? 0];
  const perS = width / Math.max(1e-9, (x.max ?? 1) - xMin);
  const perKw = height / Math.max(1e-9, (y.max ?? 1) - yMin);
  const bottom = top + height;
  const floor = bottom - Math.max(0, lowestBelow(u, seriesIdx, idx0, idx1) - yMin) * perKw;

  let column = Number.NaN;
  let highest = 0;
  let open = false;
  const emit = (): void => {
    const py = bottom - (highest - yMin) * perKw;
    if (!open) fill.moveTo(column, floor);
    open = true;
    fill.lineTo(column, py);
  };
  const close = (): void => {
    if (Number.isNaN(column)) return;
    emit();
    fill.lineTo(column, floor);
    fill.closePath();
    open = false;
    column = Number.NaN;
  };
  for (let index = idx0; index <= idx1; index += 1) {
    const kw = values[index];
    if (kw === null || kw === undefined) {
      close();
      continue;
    }
    const px = Math.round(left + ((times[index] ?? 0) - xMin) * perS);
    if (px === column) {
      highest = Math.max(highest, kw);
      continue;
    }
    if (!Number.isNaN(column)) emit();
    column = px;
    highest = kw;
  }
  close();
  return { fill };
};

/** The limit: stepped, because a limit holds until it is changed (LK13). */
export const limitPath: uPlot.Series.PathBuilder | undefined = uPlot.paths.stepped?.({ align: 1 });

/** The layer beneath is painted later: an area need not reach deeper than its lowest point, and most of the painting is saved. */
function lowestBelow(u: uPlot, seriesIdx: number, idx0: number, idx1: number): number {
  const below = u.data[seriesIdx + 1];
  // The last column is the limit; the last layer stands on zero.
  if (below === undefined || seriesIdx + 1 >= u.data.length - 1) return 0;
  let lowest = Number.POSITIVE_INFINITY;
  for (let index = idx0; index <= idx1; index += 1) {
    const kw = below[index];
    if (kw !== null && kw !== undefined && kw < lowest) lowest = kw;
  }
  return Number.isFinite(lowest) ? lowest : 0;
}
