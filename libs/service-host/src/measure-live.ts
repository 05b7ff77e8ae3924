import type { LiveFamily, LiveState } from '@headroom/live-state';
import { byLabel } from '@headroom/telemetry';
import type { MeasuringCalls } from './measure-rpc.ts';

const MS_PER_S = 1_000;

/** The same live state, telling how its operations end and how long they take. */
export function measureLive(inner: LiveState, { metrics, io }: MeasuringCalls): LiveState {
  const operationOf = (operation: string) => ({
    seconds: metrics.histogram('headroom_live_seconds', { operation }),
    of: byLabel((family) =>
      byLabel((outcome) => metrics.counter('headroom_live_operations_total', { operation, family, outcome })),
    ),
  });
  const timed = async <T>(
    { seconds, of }: ReturnType<typeof operationOf>,
    family: LiveFamily,
    run: () => Promise<T>,
    outcomeOf: (answer: T) => string,
  ): Promise<T> => {
    const begunMs = io.monoMs();
    try {
      const answer = await run();
      of(family)(outcomeOf(answer)).add();
      return answer;
    } catch (cause) {
      of(family)('failed').add();
      throw cause;
    } finally {
      seconds.record((io.monoMs() - begunMs) / MS_PER_S);
    }
  };
  const [put, remove, get] = [operationOf('put'), operationOf('remove'), operationOf('get')];
  const [getMany, watch] = [operationOf('get-many'), operationOf('watch')];
  const done = (): string => 'done';
  return {
    put: (write) => timed(put, write.family, () => inner.put(write), String),
    remove: (family, id, version) => timed(remove, family, () => inner.remove(family, id, version), String),
    get: (family, id) => timed(get, family, () => inner.get(family, id), done),
    getMany: (family, ids) => timed(getMany, family, () => inner.getMany(family, ids), done),
    watch: (family, id, onChange) => timed(watch, family, () => inner.watch(family, id, onChange), done),
    trouble: () => inner.trouble(),
    close: () => inner.close(),
  };
}
