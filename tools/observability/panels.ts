/** The few kinds of panels that our dashboards are made of, as Grafana's JSON has them. */
export interface PanelWish {
  readonly title: string;
  /** What somebody who sees it for the first time should know. */
  readonly description: string;
  /** Grafana's name: `s`, `bytes`, `short`, `ops` ... */
  readonly unit: string;
  readonly queries: readonly Query[];
  /** Default: lines over time. `stat`: the newest value, large. */
  readonly as?: 'stat';
}

export interface Query {
  readonly expr: string;
  /** `{{label}}` stands for its value. */
  readonly legend: string;
}

export interface Dashboard {
  /** Stable: links and provisioning go by it. */
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly PanelWish[];
}

const DATASOURCE = { type: 'prometheus', uid: 'headroom-prometheus' };
const ACROSS = 3;
const GRID_COLUMNS = 24;
const PANEL_ROWS = 8;
const REF_IDS = 'ABCDEFGH';

/** The JSON of one dashboard: the same bytes for the same wish. */
export function dashboardJson({ uid, title, panels }: Dashboard): string {
  const width = GRID_COLUMNS / ACROSS;
  const dashboard = {
    uid,
    title,
    tags: ['headroom'],
    schemaVersion: 39,
    editable: false,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    panels: panels.map((panel, index) => ({
      id: index + 1,
      type: panel.as ?? 'timeseries',
      title: panel.title,
      description: panel.description,
      datasource: DATASOURCE,
      gridPos: {
        x: (index % ACROSS) * width,
        y: Math.floor(index / ACROSS) * PANEL_ROWS,
        w: width,
        h: PANEL_ROWS,
      },
      fieldConfig: { defaults: { unit: panel.unit, min: 0 }, overrides: [] },
      targets: panel.queries.map(({ expr, legend }, at) => ({
        refId: REF_IDS[at] ?? String(at),
        datasource: DATASOURCE,
        expr,
        legendFormat: legend,
      })),
    })),
  };
  return `${JSON.stringify(dashboard, undefined, 2)}\n`;
}
