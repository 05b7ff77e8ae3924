import { THIN_SPACE, zoneWords, type Quantity } from '../model/format.ts';
import type { StateShape } from '../model/evse-state.ts';

/** A number at its size, and its unit a thin space behind, muted (LK10). */
export function Value({ of }: { readonly of: Quantity }) {
  return (
    <span class="value">
      {of.value}
      <span class="unit">
        {THIN_SPACE}
        {of.unit}
      </span>
    </span>
  );
}

export interface InstantProps {
  readonly atMs: number | null;
  readonly zone: string;
  readonly text: string;
}

/** A time of the site, with date and zone on hover (LK21). */
export function Instant({ atMs, zone, text }: InstantProps) {
  if (atMs === null) return <span>{text}</span>;
  return (
    <time dateTime={new Date(atMs).toISOString()} title={zoneWords(atMs, zone)}>
      {text}
    </time>
  );
}

/** LK15: the shapes, drawn rather than typed, so that no font can change them. */
export function Shape({ shape }: { readonly shape: StateShape }) {
  return (
    <svg class="shape" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      {SHAPES[shape]}
    </svg>
  );
}

const SHAPES = {
  full: <circle cx="6" cy="6" r="4.5" fill="currentColor" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" stroke-width="1.25" />
      <path d="M6 2a4 4 0 0 0 0 8z" fill="currentColor" />
    </>
  ),
  bars: <path d="M3.25 2h2v8h-2zM6.75 2h2v8h-2z" fill="currentColor" />,
  ring: <circle cx="6" cy="6" r="3.9" fill="none" stroke="currentColor" stroke-width="1.5" />,
  dash: <path d="M2 5.25h8v1.5H2z" fill="currentColor" />,
  cross: <path d="M2.5 2.5l7 7m0-7l-7 7" stroke="currentColor" stroke-width="1.75" fill="none" />,
  bang: <path d="M5 1.5h2L6.75 7.5h-1.5zM5.1 8.75h1.8v1.75H5.1z" fill="currentColor" />,
  triangle: <path d="M6 1.75L11 10.5H1z" fill="none" stroke="currentColor" stroke-width="1.5" />,
} as const;

/** The sign of the product: three bars under a line. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <rect x="3" y="3" width="18" height="2" rx="1" class="mark-limit" />
      <rect x="4" y="12" width="4" height="9" rx="1" class="mark-charge" />
      <rect x="10" y="8" width="4" height="13" rx="1" class="mark-charge" />
      <rect x="16" y="10" width="4" height="11" rx="1" class="mark-charge" />
    </svg>
  );
}
