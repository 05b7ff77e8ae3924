import type { Report } from '../checkers/violation.ts';
import type { SitePlan } from '../documents.ts';
import type { Chance } from './chance.ts';
import type { Operator } from './operator.ts';
import type { Trace } from './trace.ts';

/** Of documents that a site is given, those beside which another site is given one that must be refused. */
const BESIDE_SHARE = 0.5;

export interface ForeignDeps {
  readonly operator: Pick<Operator, 'putSite'>;
  readonly trace: Pick<Trace, 'tell'>;
  readonly nowMs: () => number;
  readonly report: Report;
}

/** Two sites: one is given a document, the other one at the same instant a document that names a station of the first. */
export interface Beside {
  readonly plan: SitePlan;
  readonly other: SitePlan;
  /** Of that other one. */
  readonly chance: Pick<Chance, 'draw'>;
  readonly count: number;
}

/**
 * A station belongs to one site: a document that names one of another is refused as a whole, and what the first site is given
 * meanwhile goes on. No answer at all says nothing.
 */
export async function putForeign(deps: ForeignDeps, { plan, other, chance, count }: Beside): Promise<void> {
  if (chance.draw('foreign document', plan.siteId, count) >= BESIDE_SHARE) return;
  const [station] = plan.document.spec.stations;
  const [circuit] = other.document.spec.circuits;
  if (station === undefined || circuit === undefined) return;
  const { spec } = other.document;
  // Nothing else speaks against it: of a fallback of 0 A any circuit bears one more.
  const evses = station.evses.map((evse) => ({ ...evse, fallbackA: 0 }));
  const stations = [...spec.stations, { ...station, circuit: circuit.name, evses }];
  try {
    await deps.operator.putSite({ ...other.document, spec: { ...spec, stations } });
  } catch (cause) {
    return deps.trace.tell(
      `${other.siteId} does not get ${station.id}: ${cause instanceof Error ? cause.message : String(cause)}`,
    );
  }
  const detail = `${other.siteId} was given ${station.id}, which belongs to ${plan.siteId}`;
  deps.report({ checker: 'documents', atMs: deps.nowMs(), detail, siteId: other.siteId });
}
