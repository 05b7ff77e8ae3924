/** What the VTN holds at most. Over it, a request is refused; it never forgets an object to make room for another. */
export const PROGRAMS_MAX = 20;
export const EVENTS_MAX = 500;
export const REPORTS_MAX = 500;
export const SUBSCRIPTIONS_MAX = 20;
export const VENS_MAX = 50;
export const RESOURCES_MAX = 100;
export const CLIENTS_MAX = 50;

/** Of one event or of one resource of a report. */
export const INTERVALS_MAX = 5_000;
/** Of one object, and of one query. */
export const TARGETS_MAX = 50;
/** Entries of `objectOperations` of one subscription. */
export const OPERATIONS_MAX = 10;
export const NAME_CHARS_MAX = 128;
/** Of a request. A report over a day in minutes has some 200 kB. */
export const BODY_BYTES_MAX = 1_048_576;
export const CONNECTIONS_MAX = 100;

/** The standard's largest page, and ours where none is asked for. */
export const PAGE_MAX = 50;

/** Of one client. The next one ends the oldest: who asks too often harms only itself. */
export const TOKENS_PER_CLIENT_MAX = 8;
export const TOKEN_LIFETIME_S = 3_600;

/** What `requests()` remembers; the oldest go first. */
export const REQUESTS_KEPT = 500;

/** Notifications that wait for one callback; the oldest go first, since they are hints (DR-W1). */
export const NOTIFICATIONS_WAITING_MAX = 50;
export const NOTIFY_ATTEMPTS_MAX = 4;
export const NOTIFY_FIRST_PAUSE_MS = 250;
/** Notifications in a row that never arrived; then the subscription ends (DR-W5). */
export const UNDELIVERED_MAX = 3;
export const CALLBACK_TIMEOUT_MS = 10_000;
/** Of the answer to a challenge. */
export const ECHO_BYTES_MAX = 256;
