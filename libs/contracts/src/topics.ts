import type { MessageFns } from '../gen/headroom/station/v1/station_facts.ts';
import { AllocationFact } from '../gen/headroom/allocation/v1/allocation_facts.ts';
import { DecisionInputs } from '../gen/headroom/allocation/v1/decision_inputs.ts';
import { SiteState } from '../gen/headroom/allocation/v1/site_state.ts';
import { DispatchFact } from '../gen/headroom/dispatch/v1/dispatch_facts.ts';
import { DispatchState } from '../gen/headroom/dispatch/v1/dispatch_state.ts';
import { GridFact } from '../gen/headroom/grid/v1/grid_facts.ts';
import { MeteringFact } from '../gen/headroom/metering/v1/metering_facts.ts';
import { SessionFact } from '../gen/headroom/session/v1/session_facts.ts';
import { SiteConfig } from '../gen/headroom/site/v1/site_config.ts';
import { StationFact } from '../gen/headroom/station/v1/station_facts.ts';

/** Partitions of every site-keyed topic, equal and fixed for ever: one number is one shard everywhere. */
export const PRODUCTION_PARTITIONS = 64;
export const LOCAL_PARTITIONS = 6;

export type Cleanup = 'delete' | 'compact';

/** One topic: the only place that names it, its producer and what its records hold. */
export interface Topic<Message> {
  readonly name: string;
  readonly cleanup: Cleanup;
  /** The one service that appends to it. */
  readonly producer: string;
  /** Consumer groups that read it; each has a parked topic for what it can never process. */
  readonly consumers: readonly string[];
  readonly key: 'siteId' | 'tenantId';
  readonly message: string;
  readonly codec: Pick<MessageFns<Message>, 'encode' | 'decode'>;
}

const topic = <Message>(definition: Topic<Message>): Topic<Message> => definition;

export const TOPICS = {
  stationFacts: topic({
    name: 'headroom.station.facts.v1',
    cleanup: 'delete',
    producer: 'ocpp-gateway',
    consumers: ['session-registry', 'meter-ingestion', 'allocation-optimizer', 'profile-dispatcher'],
    key: 'siteId',
    message: 'headroom.station.v1.StationFact',
    codec: StationFact,
  }),
  sessionFacts: topic({
    name: 'headroom.session.facts.v1',
    cleanup: 'delete',
    producer: 'session-registry',
    consumers: ['allocation-optimizer', 'profile-dispatcher'],
    key: 'siteId',
    message: 'headroom.session.v1.SessionFact',
    codec: SessionFact,
  }),
  siteConfig: topic({
    name: 'headroom.site.config.v1',
    cleanup: 'compact',
    producer: 'session-registry',
    consumers: ['meter-ingestion-sites', 'grid-adapter-sites', 'allocation-optimizer', 'profile-dispatcher'],
    key: 'siteId',
    message: 'headroom.site.v1.SiteConfig',
    codec: SiteConfig,
  }),
  meteringFacts: topic({
    name: 'headroom.metering.facts.v1',
    cleanup: 'delete',
    producer: 'meter-ingestion',
    consumers: ['meter-ingestion', 'grid-adapter-draws', 'allocation-optimizer', 'profile-dispatcher'],
    key: 'siteId',
    message: 'headroom.metering.v1.MeteringFact',
    codec: MeteringFact,
  }),
  allocationFacts: topic({
    name: 'headroom.allocation.facts.v1',
    cleanup: 'delete',
    producer: 'allocation-optimizer',
    consumers: ['allocation-optimizer', 'profile-dispatcher'],
    key: 'siteId',
    message: 'headroom.allocation.v1.AllocationFact',
    codec: AllocationFact,
  }),
  allocationInputs: topic({
    name: 'headroom.allocation.inputs.v1',
    cleanup: 'delete',
    producer: 'allocation-optimizer',
    consumers: [],
    key: 'siteId',
    message: 'headroom.allocation.v1.DecisionInputs',
    codec: DecisionInputs,
  }),
  siteState: topic({
    name: 'headroom.site.state.v1',
    cleanup: 'compact',
    producer: 'allocation-optimizer',
    consumers: [],
    key: 'siteId',
    message: 'headroom.allocation.v1.SiteState',
    codec: SiteState,
  }),
  dispatchFacts: topic({
    name: 'headroom.dispatch.facts.v1',
    cleanup: 'delete',
    producer: 'profile-dispatcher',
    consumers: ['allocation-optimizer', 'profile-dispatcher'],
    key: 'siteId',
    message: 'headroom.dispatch.v1.DispatchFact',
    codec: DispatchFact,
  }),
  dispatchState: topic({
    name: 'headroom.dispatch.state.v1',
    cleanup: 'compact',
    producer: 'profile-dispatcher',
    consumers: [],
    key: 'siteId',
    message: 'headroom.dispatch.v1.DispatchState',
    codec: DispatchState,
  }),
  gridFacts: topic({
    name: 'headroom.grid.facts.v1',
    cleanup: 'delete',
    producer: 'grid-adapter',
    consumers: ['allocation-optimizer', 'operator-console'],
    key: 'siteId',
    message: 'headroom.grid.v1.GridFact',
    codec: GridFact,
  }),
} as const;

/** The topic of that name, or undefined. */
export const topicNamed = (name: string): Topic<unknown> | undefined =>
  (Object.values(TOPICS) as readonly Topic<unknown>[]).find((candidate) => candidate.name === name);
