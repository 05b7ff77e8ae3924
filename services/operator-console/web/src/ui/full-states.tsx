import type { ComponentChildren } from 'preact';
import type { ThemeChoice } from '../data/preferences.ts';
import { whole, words } from '../model/format.ts';
import type { Failure } from '../model/failure.ts';
import { CopyButton } from './copy-button.tsx';
import { ThemeSwitch } from './theme-switch.tsx';
import { Mark } from './values.tsx';

export interface PlainPageProps {
  readonly title: string;
  readonly theme: ThemeChoice;
  readonly children: ComponentChildren;
}

/** The page when there is no site to show: the same frame, one column of words. */
export function PlainPage({ title, theme, children }: PlainPageProps) {
  return (
    <div class="plain-page">
      <header class="plain-head">
        <p class="brand">
          <Mark />
          Headroom
        </p>
        <ThemeSwitch choice={theme} />
      </header>
      <main class="plain" id="main">
        <h1>{title}</h1>
        {children}
      </main>
    </div>
  );
}

/** A command to take away, whole. */
export function StepText({ text }: { readonly text: string }) {
  return (
    <div class="step-text">
      <pre tabIndex={0}>
        <code>{text}</code>
      </pre>
      <CopyButton text={text} label="Copy" />
    </div>
  );
}

const siteCommand = (origin: string): string => `curl -X PUT ${origin}/api/v1/sites/my-site \\
  -H 'content-type: application/yaml' --data-binary @- <<'SITE'
apiVersion: headroom/v1
kind: Site
metadata: { name: my-site }
spec:
  displayName: My site
  timezone: Europe/Paris
  nominalVoltageV: 230
  circuits:
    - { name: grid, displayName: Grid, ratingPerPhaseA: 63, limitKw: 40 }
  meters: []
  loads: []
  stations:
    - id: ST-001
      circuit: grid
      evses:
        - { evse: 1, name: Bay 1, phases: [L1, L2, L3], maxA: 32, minimumA: 6, fallbackA: 6 }
  policy: { share: equal, lease: 120s }
SITE`;

export interface EmptyStateProps {
  readonly theme: ThemeChoice;
  readonly onRetry: () => void;
}

export function EmptyState({ theme, onRetry }: EmptyStateProps) {
  return (
    <PlainPage title="No site yet" theme={theme}>
      <p>
        A site is a document: its connection, its circuits, its stations. Put one and this page shows it, live, without
        a reload.
      </p>
      <h2>Start with a small site of your own</h2>
      <StepText text={siteCommand(location.origin)} />
      <h2>Or look at a simulated one</h2>
      <p>
        Stop this server and start the demo depot: 24 simulated EVSEs behind {words(whole(200, 'kW'))}, with a building
        that moves.
      </p>
      <StepText text="npm start" />
      <div class="plain-actions">
        <button type="button" class="button" onClick={onRetry}>
          Look again now
        </button>
        <span class="muted">It looks by itself every {words(whole(5, 's'))}.</span>
      </div>
    </PlainPage>
  );
}

export interface FailureStateProps {
  readonly failure: Failure;
  readonly theme: ThemeChoice;
  readonly onRetry: () => void;
}

/** Why there is nothing to see, what it means for the cars, and what a person can do. */
export function FailureState({ failure, theme, onRetry }: FailureStateProps) {
  const text = wordsOf(failure);
  return (
    <PlainPage title={text.title} theme={theme}>
      <p class="plain-detail">{text.detail}</p>
      <p>{text.remedy}</p>
      {failure.kind === 'refused' && failure.problems.length > 0 && (
        <ul class="problems">
          {failure.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      )}
      <div class="plain-actions">
        <button type="button" class="button" onClick={onRetry}>
          Try again
        </button>
        <a class="button" href="/">
          All sites
        </a>
        {failure.kind !== 'forbidden' && failure.kind !== 'not-found' && (
          <span class="muted">It tries by itself as well.</span>
        )}
      </div>
    </PlainPage>
  );
}

interface FailureText {
  readonly title: string;
  readonly detail: string;
  readonly remedy: string;
}

const STATIONS_HOLD = 'The stations keep the limits they have; without new ones they fall back to their own low limit.';

function wordsOf(failure: Failure): FailureText {
  switch (failure.kind) {
    case 'unreachable':
      return {
        title: 'Headroom does not answer',
        detail: `Nothing answers at ${location.host}.`,
        remedy: `${STATIONS_HOLD} See whether the server runs; start it with npm start.`,
      };
    case 'forbidden':
      return {
        title: 'Not allowed from here',
        detail: failure.detail,
        remedy:
          'On the machine where Headroom runs, open the address it printed when it was ready. From elsewhere a bearer token is needed: ask who runs this server.',
      };
    case 'not-found':
      return {
        title: 'No such site',
        detail: failure.detail,
        remedy: 'The site may have another name now, or the address has a slip.',
      };
    case 'refused':
      return { title: 'The site cannot be shown', detail: failure.detail, remedy: STATIONS_HOLD };
    case 'unreadable':
      return {
        title: 'The site cannot be read',
        detail: failure.detail,
        remedy: `This page and the server may be of different versions: reload the page. ${STATIONS_HOLD}`,
      };
  }
}
