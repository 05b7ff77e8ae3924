/**
 * What tests of several packages share: time that moves by hand. It refuses to be imported by anything that runs in
 * production.
 */
export { type ManualTime, manualTime, settle } from './manual-time.ts';
