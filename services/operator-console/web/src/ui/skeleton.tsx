const CARDS = 12;

/** The page before its first document: the same boxes at the same places, and after a moment words (LK18). */
export function PageSkeleton() {
  return (
    <div class="page skeleton" aria-busy="true">
      <header class="strip">
        <div class="strip-main">
          <div class="strip-site">
            <span class="bone" style={{ width: '160px', height: '40px' }} />
          </div>
          <div class="strip-power">
            <span class="bone" style={{ width: '220px', height: '44px' }} />
          </div>
          <div class="strip-link">
            <span class="bone" style={{ width: '88px', height: '40px' }} />
          </div>
        </div>
        <div class="strip-more">
          <span class="bone skeleton-facts" style={{ height: '40px' }} />
        </div>
      </header>
      <main class="content">
        <div class="top" data-side="true">
          <div class="card chart bone-card">
            <p class="skeleton-words" role="status">
              Waiting for the first reading of the site
            </p>
          </div>
          <div class="circuits">
            <div class="circuit-list">
              <div class="card circuit bone-card" />
              <div class="card circuit bone-card" />
              <div class="card circuit bone-card" />
            </div>
          </div>
        </div>
        <div class="evse-grid">
          {Array.from({ length: CARDS }, (_, index) => (
            <div key={index} class="card evse bone-card" />
          ))}
        </div>
      </main>
    </div>
  );
}
