/**
 * The thread on the real parts: each service a process, real Kafka, Redis, PostgreSQL and gRPC, 24 virtual stations over
 * real WebSockets. The judge is the stations' own ledger: what was acknowledged, which limits they hold, what flowed.
 */
import { describeBuilding } from './thread/building.ts';
import { describeControl } from './thread/control.ts';
import { describeEvent } from './thread/event.ts';
import { describeEyes } from './thread/eyes.ts';
import { describeForeignClient } from './thread/foreign.ts';
import { describeGrid } from './thread/grid.ts';
import { describeHonestChecks } from './thread/honest-checks.ts';
import { openThread } from './thread/open-thread.ts';
import { describeRecords } from './thread/records.ts';
import { describeTelemetry } from './thread/telemetry.ts';
import { describeTrace } from './thread/trace.ts';

// One stack for all of them, in this order: each goes on with the site as the one before has left it.
const thread = await openThread();
describeRecords(thread);
describeControl(thread);
describeBuilding(thread);
describeGrid(thread);
describeEvent(thread, () => {
  // What counts the stations and sites of the run comes before others bring their own.
  describeTelemetry(thread);
  describeTrace(thread);
  describeEyes(thread);
  describeForeignClient(thread);
});
describeHonestChecks(thread);
