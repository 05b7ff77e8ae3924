/** Pages of a site. */
export type PageName = 'live' | 'events' | 'plan';

const OTHER_PAGES = ['events', 'plan'] as const satisfies readonly PageName[];

export const pageInAddress = (pathname: string): PageName =>
  OTHER_PAGES.find((page) => page === /^\/sites\/[^/]+\/(\w+)\/?$/.exec(pathname)?.[1]) ?? 'live';

/** The site in the address: `/sites/{siteId}`, or `?site=` where a server cannot answer deep paths. Null is the start page. */
export function siteInAddress(pathname: string, search: string): string | null {
  const match = /^\/sites\/([^/]+)(?:\/(?:events|plan))?\/?$/.exec(pathname);
  const raw = match?.[1];
  if (raw !== undefined) return decoded(raw);
  const named = new URLSearchParams(search).get('site');
  return named === null || named === '' ? null : named;
}

function decoded(raw: string): string | null {
  try {
    return decodeURIComponent(raw);
  } catch {
    return null;
  }
}

/** Keeps the rest of the query, so that a switch of a test server or a bookmark survives the choice of a site. */
export function addressOf(siteId: string, search: string, page: PageName = 'live'): string {
  const query = new URLSearchParams(search);
  query.delete('site');
  const rest = query.toString();
  const path = page === 'live' ? '' : `/${page}`;
  return `/sites/${encodeURIComponent(siteId)}${path}${rest === '' ? '' : `?${rest}`}`;
}
