/** What the processes of a running stack tell of themselves, held to the table of metrics. */
import { describe, expect } from '@jest/globals';
import { METRICS, type MetricDefinition } from '@headroom/telemetry';
import { eventually } from '../support/eventually.ts';
import { metricsAt } from '../support/exposition.ts';
import { SITE, type Thread } from './open-thread.ts';

/** Told only where something goes wrong, or does something else that a quiet minute does not hold. */
const NEED_TROUBLE: readonly string[] = [
  'headroom_disobedience_steps_total',
  'headroom_log_append_refusals_total',
  'headroom_log_parked_records_total',
  'headroom_ocpp_connections_refused_total',
  'headroom_ocpp_frames_refused_total',
  'headroom_limits_not_taken_total',
  'headroom_snapshots_failed_total',
];
/** A service that reads nothing, appends nothing, calls nobody or keeps no live state tells nothing of that. */
const SEAMS = /^headroom_(log|rpc|live)_/;
/** After a whole window of ten seconds. */
const LATE = ['headroom_event_loop_delay_seconds'];

const rowsOf = (service: string): readonly (readonly [string, MetricDefinition])[] =>
  Object.entries<MetricDefinition>(METRICS).filter(([, { by }]) =>
    by.some((teller) => teller === 'every' || teller === service),
  );

export function describeTelemetry(thread: Thread): void {
  describe('6. what is told of it', () => {
    thread.on(
      'each process serves what the table says of its service, and nothing else, with these labels and no others',
      async () => {
        await eventually('ten cars charging', 90_000, async () => {
          const { evses } = await thread.running.api.live(SITE);
          return evses.filter(({ state }) => state === 'charging').length >= 10 ? true : undefined;
        });
        const seen = new Set<string>();
        for (const [service, url] of thread.running.stack.healthUrls) {
          const rows = rowsOf(service);
          const { kinds, samples } = await metricsAt(url);
          const unknown = [...kinds.keys()].filter((name) => !rows.some(([known]) => known === name));
          expect([service, unknown]).toEqual([service, []]);
          const missing = rows.filter(
            ([name]) => !kinds.has(name) && !SEAMS.test(name) && !NEED_TROUBLE.includes(name) && !LATE.includes(name),
          );
          expect([service, missing.map(([name]) => name)]).toEqual([service, []]);
          for (const [name, { kind, labels }] of rows) {
            if (!kinds.has(name)) continue;
            seen.add(name);
            expect([name, kinds.get(name)]).toEqual([name, kind]);
            const own = samples.filter(
              (sample) => sample.name.replace(/_(bucket|sum|count)$/, '') === name || sample.name === name,
            );
            for (const sample of own) {
              expect([
                name,
                Object.keys(sample.labels)
                  .filter((label) => label !== 'le')
                  .toSorted(),
              ]).toEqual([name, labels.toSorted()]);
            }
          }
        }
        const nowhere = Object.keys(METRICS).filter((name) => !seen.has(name));
        expect(nowhere.filter((name) => !NEED_TROUBLE.includes(name) && !LATE.includes(name))).toEqual([]);
      },
      100_000,
    );

    thread.on(
      'the figures are those of the site: stations, cars that charge, decisions, commands that their stations took',
      async () => {
        const valueAt = async (service: string, name: string, labels: Readonly<Record<string, string>> = {}) => {
          const { samples } = await metricsAt(thread.running.stack.healthUrls.get(service) ?? '');
          return samples
            .filter(
              (each) =>
                each.name === name && Object.entries(labels).every(([label, value]) => each.labels[label] === value),
            )
            .reduce((sum, { value }) => sum + value, 0);
        };
        expect(await valueAt('ocpp-gateway', 'headroom_ocpp_connections')).toBe(24);
        expect(await valueAt('allocation-optimizer', 'headroom_sites')).toBe(1);
        for (const service of ['allocation-optimizer', 'profile-dispatcher', 'session-registry', 'meter-ingestion']) {
          expect([service, await valueAt(service, 'headroom_log_owned_shards')]).toEqual([service, 6]);
        }
        expect(await valueAt('profile-dispatcher', 'headroom_dispatch_shards', { phase: 'acting' })).toBe(6);
        const starts = await valueAt('session-registry', 'headroom_session_facts_total', {
          kind: 'transaction-started',
        });
        expect(starts).toBeGreaterThanOrEqual(10);
        expect(await valueAt('meter-ingestion', 'headroom_meter_values_total', { of: 'evse' })).toBeGreaterThan(0);
        expect(await valueAt('meter-ingestion', 'headroom_meter_values_total', { of: 'site' })).toBeGreaterThan(0);
        const sent = await valueAt('profile-dispatcher', 'headroom_commands_total', { verdict: 'written' });
        const taken = await valueAt('ocpp-gateway', 'headroom_ocpp_command_answers_total', { status: 'accepted' });
        expect(sent).toBeGreaterThan(10);
        expect(taken).toBeGreaterThan(10);
        expect(await valueAt('ocpp-gateway', 'headroom_ocpp_command_seconds_count')).toBeGreaterThanOrEqual(taken);
      },
    );

    thread.on('each process says that it lives and is ready', async () => {
      for (const [service, url] of thread.running.stack.healthUrls) {
        const said = await Promise.all(
          ['healthz', 'readyz'].map(async (path) => (await fetch(`${url}/${path}`)).text()),
        );
        expect([service, ...said.map((text) => text.trim())]).toEqual([service, 'alive', 'ready']);
      }
    });
  });
}
