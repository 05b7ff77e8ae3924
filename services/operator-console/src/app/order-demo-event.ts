import { err, ok, type Result } from '@headroom/kernel';
import type { Problem } from '../domain/site-document.ts';
import type { ConsoleEvents } from '../events.ts';
import type { DemoEventWish, DemoUtility } from '../ports.ts';

export interface OrderDemoEventDeps {
  readonly utility: DemoUtility;
  readonly events: ConsoleEvents;
}

const refusal = (detail: string): readonly Problem[] => [{ code: 'utility-refused', detail, pointer: '' }];

/** Has the utility of the demo ask the site for less. What then happens comes back as any event of a grid does. */
export async function orderDemoEvent(
  { utility, events }: OrderDemoEventDeps,
  wish: DemoEventWish,
): Promise<Result<{ readonly eventId: string }, readonly Problem[]>> {
  const ordered = await utility.order(wish);
  if (ordered.kind === 'err') return err(refusal(ordered.error));
  events.demoEventOrdered(wish.siteId, ordered.value.eventId, wish.limitKw);
  return ordered;
}

export async function withdrawDemoEvent(
  { utility, events }: OrderDemoEventDeps,
  eventId: string,
): Promise<Result<void, readonly Problem[]>> {
  const withdrawn = await utility.withdraw(eventId);
  if (withdrawn.kind === 'err') return err(refusal(withdrawn.error));
  events.demoEventWithdrawn(eventId);
  return ok(undefined);
}
