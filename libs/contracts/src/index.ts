/**
 * The wire: generated protobuf code, the registry of topics, and the envelope every record travels in.
 * It refuses to hold rules; mapping to domain shapes is each service's own adapter.
 */
export * as allocationV1 from '../gen/headroom/allocation/v1/allocation_facts.ts';
export * as allocationServiceV1 from '../gen/headroom/allocation/v1/allocation_service.ts';
export * as decisionInputsV1 from '../gen/headroom/allocation/v1/decision_inputs.ts';
export * as planV1 from '../gen/headroom/allocation/v1/plan.ts';
export * as siteStateV1 from '../gen/headroom/allocation/v1/site_state.ts';
export * as commonV1 from '../gen/headroom/common/v1/common.ts';
export * as dispatchV1 from '../gen/headroom/dispatch/v1/dispatch_facts.ts';
export * as dispatchStateV1 from '../gen/headroom/dispatch/v1/dispatch_state.ts';
export * as stationViewV1 from '../gen/headroom/dispatch/v1/station_view.ts';
export * as gridV1 from '../gen/headroom/grid/v1/grid_facts.ts';
export * as gatewayV1 from '../gen/headroom/gateway/v1/gateway_service.ts';
export * as meteringV1 from '../gen/headroom/metering/v1/metering_facts.ts';
export * as meteringServiceV1 from '../gen/headroom/metering/v1/metering_service.ts';
export * as registryV1 from '../gen/headroom/registry/v1/registry_service.ts';
export * as sessionV1 from '../gen/headroom/session/v1/session_facts.ts';
export * as siteV1 from '../gen/headroom/site/v1/site_config.ts';
export * as stationV1 from '../gen/headroom/station/v1/station_facts.ts';
export { OWNER_ROLES } from './owner-roles.ts';
export {
  type Cleanup,
  LOCAL_PARTITIONS,
  PRODUCTION_PARTITIONS,
  type Topic,
  TOPICS,
  topicNamed,
} from './topics.ts';
export { decodeRecord, type Envelope, encodeRecord, HEADERS, type WireRecord } from './envelope.ts';
