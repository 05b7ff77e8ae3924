import { eventually, pause } from '../../support/eventually.ts';
import { controlAnswers, givesAgain, whenAtWorst, whenFull, whenGenerous } from '../support/control.ts';
import { type EvidenceOf, evidenceOf } from '../support/evidence.ts';
import { type Evidence, killHolding } from '../support/holding.ts';
import { expectNothingOver, type Pair } from '../support/pair.ts';
import { killConsolesTitle } from './kill-consoles.ts';
import { killGridAdaptersTitle } from './kill-grid-adapters.ts';
import { CROWD_MS, expectInTime, reportKill } from '../support/report.ts';
import { readingIsRecorded, sampleIsRecorded, sessionAppears } from '../support/recorded.ts';
import { whenBooksAgree } from '../support/stack-site.ts';

/** Long enough for stations and services to notice, short enough for a lease to last. */
const AWAY_MS = 2_000;

interface Blow {
  readonly service: string;
  readonly evidence: (of: EvidenceOf) => Evidence;
}

/** Loss 2: each service as a whole, both processes of it at once, killed with SIGKILL while they hold unanswered work. */
export function killServiceTitles(pair: Pair): void {
  const { on, at, crowd, calm } = pair;
  const replicas = (service: string) => [1, 2].map((replica) => `${service}-${replica}`);

  /** Kills both, starts them again, and tells when the start began. */
  const killBoth = async ({ service, evidence }: Blow, away: () => Promise<unknown> = () => pause(AWAY_MS)) => {
    const { stack } = at().running;
    const targets = replicas(service).map((name) => ({ kill: (signal: NodeJS.Signals) => stack.kill(name, signal) }));
    const { held } = await killHolding({ what: service, targets, evidence: evidence(evidenceOf(at())) });
    await away();
    const startedAtMs = Date.now();
    await Promise.all(replicas(service).map((name) => stack.restart(name)));
    return { held, startedAtMs };
  };

  on(
    'both processes of session-registry are killed while a card waits for them: a car that comes then is a session within 10 s of the start, and every transaction stands once',
    async () => {
      crowd(CROWD_MS);
      await whenFull(at().site, 60_000, 0.8);
      const evidence = ({ unauthorized }: EvidenceOf) => unauthorized(...replicas('session-registry'));
      const { held, startedAtMs } = await killBoth({ service: 'session-registry', evidence });
      calm();
      const backMs = await sessionAppears(at(), startedAtMs);
      reportKill('session-registry', held, backMs);
      await whenBooksAgree(at());
      expectNothingOver(at());
      expectInTime(at(), { sinceMs: startedAtMs, backMs });
    },
    120_000,
  );

  on(
    'both processes of meter-ingestion are killed while acknowledged samples wait in them: the building counts with its worst; samples and readings are recorded again within 10 s of the start, each once',
    async () => {
      calm();
      await whenGenerous(at().site, 60_000);
      const { held, startedAtMs } = await killBoth(
        { service: 'meter-ingestion', evidence: ({ unrecorded }) => unrecorded },
        () => whenAtWorst(at().site, 20_000),
      );
      const backMs = await Promise.all([sampleIsRecorded(at(), startedAtMs), readingIsRecorded(at(), startedAtMs)]);
      reportKill('meter-ingestion (samples, readings)', held, Math.max(...backMs));
      // A load that fell is believed slowly (TL3): more is handed out in its time.
      await givesAgain(at().site, startedAtMs, 40_000);
      await whenBooksAgree(at());
      expectNothingOver(at());
      expectInTime(at(), { sinceMs: startedAtMs, backMs: Math.max(...backMs) });
    },
    120_000,
  );

  on.each(['allocation-optimizer', 'profile-dispatcher'])(
    'both processes of %s are killed while a reading waits for its command: nothing goes over, commands come again within 10 s of the start',
    async (service) => {
      crowd(CROWD_MS);
      await whenFull(at().site, 60_000, 0.8);
      const { held, startedAtMs } = await killBoth({ service, evidence: ({ undecided }) => undecided() });
      const backMs = await controlAnswers(at().site, startedAtMs, 40_000);
      reportKill(service, held, backMs);
      expectNothingOver(at());
      expectInTime(at(), { sinceMs: startedAtMs, backMs });
    },
    120_000,
  );

  on(
    'both processes of ocpp-gateway are killed while stations wait for their answers: nothing goes over, commands come again within 10 s of the start',
    async () => {
      crowd(CROWD_MS);
      await whenFull(at().site, 60_000, 0.8);
      const evidence = ({ unansweredByAnybody }: EvidenceOf) => unansweredByAnybody;
      const { held, startedAtMs } = await killBoth({ service: 'ocpp-gateway', evidence });
      const backMs = await controlAnswers(at().site, startedAtMs, 40_000);
      reportKill('ocpp-gateway', held, backMs);
      await eventually('all stations are back', 30_000, () =>
        at().site.benches.every(({ station }) => station.isOnline()) ? true : undefined,
      );
      expectNothingOver(at());
      expectInTime(at(), { sinceMs: startedAtMs, backMs });
    },
    120_000,
  );

  killConsolesTitle(pair);
  killGridAdaptersTitle(pair);
}
