import type { stationV1 } from '@headroom/contracts';
import { check, codeOf, DEFINITION, type Handler, MESSAGE, NAME } from './contract-echo.ts';
import { bind, RpcError, type RpcNetwork, type RpcServer } from './port.ts';

interface Rig {
  readonly servers: readonly RpcServer[];
  readonly address: string;
  /** Calls that each server has seen. */
  readonly seen: readonly number[];
  /** A call that may be repeated, or not; answers the number of the server. */
  readonly repeatable: (deadlineMs: number) => Promise<string>;
  readonly once: (deadlineMs: number) => Promise<string>;
}

/** One server for each handler; its answer tells its number unless the handler fails. */
async function withReplicas(network: RpcNetwork, handlers: readonly Handler[], use: (rig: Rig) => Promise<void>) {
  const seen = handlers.map(() => 0);
  const counted = handlers.map(
    (handler, index): Handler =>
      (request, context) => {
        seen[index] = (seen[index] ?? 0) + 1;
        return handler(request, context);
      },
  );
  const servers: RpcServer[] = [];
  // A memory network gives out names as it gets them: each server needs its own.
  for (const [index, echo] of counted.entries()) {
    servers.push(await network.serve(`127.0.0.${index + 1}:0`, [bind(NAME, DEFINITION, { echo })]));
  }
  const address = servers.map((server) => server.address).join('|');
  const numberOf = async (call: Promise<stationV1.CommandAnswered>) => (await call).detail;
  const free = network.client(DEFINITION, address, { repeatable: ['echo'] });
  const bound = network.client(DEFINITION, address);
  try {
    await use({
      servers,
      address,
      seen,
      repeatable: (deadlineMs) => numberOf(free.echo(MESSAGE, { deadlineMs })),
      once: (deadlineMs) => numberOf(bound.echo(MESSAGE, { deadlineMs })),
    });
  } finally {
    await Promise.all(servers.map((server) => server.stop(200)));
  }
}

const says =
  (detail: string): Handler =>
  (request) =>
    Promise.resolve({ ...request, detail });
const hangs: Handler = () => new Promise(() => undefined);
const fails: Handler = () => Promise.reject(new RpcError('unavailable', 'the database does not answer'));
const sum = (counts: readonly number[]): number => counts.reduce((total, each) => total + each, 0);
const PAIR = [says('1'), says('2')];

/** What an address that names several replicas does, in every network. */
export const REPLICA_CONTRACT: Readonly<Record<string, (network: RpcNetwork) => Promise<void>>> = {
  'replicas: calls go to all of them in turn': (network) =>
    withReplicas(network, PAIR, async ({ repeatable, once, seen }) => {
      for (let call = 0; call < 4; call += 1) await repeatable(2_000);
      for (let call = 0; call < 4; call += 1) await once(2_000);
      check(seen.join() === '4,4', `the calls went ${seen.join()}`);
    }),
  'replicas: while one does not serve, every call is answered by the other': (network) =>
    withReplicas(network, PAIR, async ({ servers, repeatable, once }) => {
      await servers[0]?.stop(200);
      const answers = [];
      for (let call = 0; call < 3; call += 1) answers.push(await repeatable(2_000), await once(2_000));
      check(answers.join('') === '222222', `answered by ${answers.join()}`);
    }),
  'replicas: one that hangs leaves time for another within the deadline, and is passed over then': (network) =>
    withReplicas(network, [hangs, says('2')], async ({ repeatable, seen }) => {
      for (let call = 0; call < 4; call += 1) check((await repeatable(1_000)) === '2', 'not answered by the other');
      check((seen[0] ?? 0) <= 1, `the one that hangs was asked ${seen[0]} times`);
    }),
  'replicas: a call that may not be repeated is sent once, though it fails': (network) =>
    withReplicas(network, [fails, fails], async ({ once, repeatable, seen }) => {
      check((await codeOf(once(2_000))) === 'unavailable', 'not unavailable');
      check(sum(seen) === 1, `the calls went ${seen.join()}`);
      check((await codeOf(repeatable(2_000))) === 'unavailable', 'not unavailable at the end');
      check(sum(seen) === 3, `a repeatable one asks each: ${seen.join()}`);
    }),
  'replicas: what a handler refuses is an answer, and nobody else is asked': (network) => {
    const refuses: Handler = () => Promise.reject(new RpcError('not-found', 'no such station'));
    return withReplicas(network, [refuses, refuses], async ({ repeatable, seen }) => {
      check((await codeOf(repeatable(2_000))) === 'not-found', 'not not-found');
      check(sum(seen) === 1, `the calls went ${seen.join()}`);
    });
  },
  'replicas: healthy while one of them serves, unavailable when none does': (network) =>
    withReplicas(network, PAIR, async ({ servers, address, repeatable, once }) => {
      await servers[0]?.stop(200);
      check(await network.healthy(address, 2_000), 'not healthy with one of two');
      await servers[1]?.stop(200);
      check(!(await network.healthy(address, 500)), 'healthy with none');
      check((await codeOf(repeatable(2_000))) === 'unavailable', 'a repeatable call');
      check((await codeOf(once(2_000))) === 'unavailable', 'a call made once');
    }),
};
