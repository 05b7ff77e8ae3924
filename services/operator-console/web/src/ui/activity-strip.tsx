import type { ActivityLine } from '../model/activity.ts';
import { clockSeconds } from '../model/format.ts';
import { Instant } from './values.tsx';

export interface ActivityStripProps {
  readonly lines: readonly ActivityLine[];
  readonly zone: string;
}

/** What was done and what happened since the page was opened (LK19), newest first. */
export function ActivityStrip({ lines, zone }: ActivityStripProps) {
  return (
    <section class="card activity" aria-labelledby="activity-title">
      <h2 id="activity-title">Since this page was opened</h2>
      {lines.length === 0 && <p class="muted">No change of a limit and no lost station seen yet.</p>}
      <ol class="activity-lines" aria-live="polite">
        {lines.map((line, index) => (
          <li key={`${line.atMs} ${index} ${line.text}`}>
            <span class="activity-time">
              <Instant atMs={line.atMs} zone={zone} text={clockSeconds(line.atMs, zone)} />
            </span>
            {line.text}
          </li>
        ))}
      </ol>
    </section>
  );
}
