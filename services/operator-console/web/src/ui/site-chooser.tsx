import type { ThemeChoice } from '../data/preferences.ts';
import { addressOf } from '../model/route.ts';
import type { SiteEntry } from '../model/site-list.ts';
import { PlainPage } from './full-states.tsx';

export interface SiteChooserProps {
  readonly sites: readonly SiteEntry[];
  readonly theme: ThemeChoice;
  readonly onChoose: (siteId: string) => void;
}

export function SiteChooser({ sites, theme, onChoose }: SiteChooserProps) {
  const choose = (event: MouseEvent, siteId: string): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    onChoose(siteId);
  };
  return (
    <PlainPage title="Sites" theme={theme}>
      <p class="muted">{sites.length} sites. Choose the one to watch.</p>
      <ul class="site-list">
        {sites.map((site) => (
          <li key={site.siteId}>
            <a
              class="card site-link"
              href={addressOf(site.siteId, location.search)}
              onClick={(event) => choose(event, site.siteId)}
            >
              <strong>{site.name}</strong>
              <span class="muted">{site.siteId}</span>
            </a>
          </li>
        ))}
      </ul>
    </PlainPage>
  );
}
