import type { Turn, TurnStore } from '@headroom/turn-store';
import type { RegistryStore } from '../ports.ts';

/** The records of the service and what keeps them, whichever store that is. */
export interface Records {
  readonly turns: Pick<TurnStore<Turn>, 'nextOffset' | 'relayOutbox' | 'trouble'>;
  /** `onEmitted` is called after each commit that left something in the outbox. */
  open(onEmitted: () => void): RegistryStore;
  prepare(): Promise<void>;
  /** Forgets event ids older than this. */
  pruneInbox(keepMs: number): Promise<void>;
  close(): Promise<void>;
}
