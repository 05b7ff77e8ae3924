import type { Link } from '../data/live-connection.ts';
import type { Notice } from '../model/notices.ts';

export interface NoticeListProps {
  readonly notices: readonly Notice[];
  readonly link: Link;
  readonly onRetry: () => void;
  readonly onEndLimit: () => void;
  readonly onShowEvse: (evseId: string) => void;
}

/** What needs a person, or a person should know of; a breach is announced at once, the rest politely (LK20). */
export function NoticeList({ notices, link, onRetry, onEndLimit, onShowEvse }: NoticeListProps) {
  const breach = notices.filter((notice) => notice.tone === 'breach');
  const others = notices.filter((notice) => notice.tone !== 'breach');
  return (
    <div class="notices">
      <div role="alert">
        {breach.map((notice) => (
          <NoticeLine key={notice.id} notice={notice} />
        ))}
      </div>
      {link.kind === 'lost' && (
        <div class="notice" data-tone="caution" role="status">
          <p>
            <strong>The live stream is lost.</strong> The last values stay on the page, greyed; their age runs on.
            Limits on the stations hold without this page.
          </p>
          <button type="button" class="button small" onClick={onRetry}>
            Try now
          </button>
        </div>
      )}
      {others.map((notice) => (
        <NoticeLine key={notice.id} notice={notice}>
          {notice.evseId !== undefined && (
            <button type="button" class="button small" onClick={() => onShowEvse(notice.evseId ?? '')}>
              Why?
            </button>
          )}
          {notice.id === 'override' && (
            <button type="button" class="button small" onClick={onEndLimit}>
              Change or end…
            </button>
          )}
        </NoticeLine>
      ))}
    </div>
  );
}

interface NoticeLineProps {
  readonly notice: Notice;
  readonly children?: preact.ComponentChildren;
}

function NoticeLine({ notice, children }: NoticeLineProps) {
  return (
    <div class="notice" data-tone={notice.tone}>
      <p>
        <strong>{notice.title}.</strong> {notice.detail}
      </p>
      {children}
    </div>
  );
}
