import { THIN_SPACE } from '../model/format.ts';

export interface PowerBarProps {
  readonly drawn: number;
  readonly commanded: number | null;
  readonly offered: number | null;
  readonly scaleKw: string;
}

/** Commanded, offered, drawn as three marks on one scale (UX4): a notch above, a notch below, and the filled part. */
export function PowerBar({ drawn, commanded, offered, scaleKw }: PowerBarProps) {
  return (
    <span class="bar" aria-hidden="true" title={`Scale 0 to ${scaleKw}${THIN_SPACE}kW`}>
      <span class="bar-track">
        <span class="bar-drawn" style={{ width: `${drawn}%` }} />
      </span>
      {commanded !== null && <span class="bar-mark bar-commanded" style={{ left: `${commanded}%` }} />}
      {offered !== null && <span class="bar-mark bar-offered" style={{ left: `${offered}%` }} />}
    </span>
  );
}

/** Explains the three marks once for all cards. */
export function BarLegend() {
  return (
    <ul class="legend bar-legend" aria-label="Marks on the cards">
      <li>
        <span class="bar-key bar-key-commanded" />
        Commanded
      </li>
      <li>
        <span class="bar-key bar-key-offered" />
        Offered
      </li>
      <li>
        <span class="bar-key bar-key-drawn" />
        Drawn
      </li>
    </ul>
  );
}
