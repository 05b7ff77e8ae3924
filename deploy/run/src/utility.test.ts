import { afterEach, expect, test } from '@jest/globals';
import { toConfig } from '@headroom/grid-adapter';
import { ok } from '@headroom/kernel';
import { systemTime } from '@headroom/service-host';
import { startUtility, type Utility } from './utility.ts';

const started: Utility[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.close();
});

async function utility(siteIds: readonly string[], speed = 1): Promise<Utility> {
  const time = systemTime();
  const made = await startUtility({ clock: time, io: time, speed, siteIds });
  started.push(made);
  return made;
}

const configOf = ({ sources, env }: Utility) =>
  toConfig({ path: 'a test', text: ok(sources), variable: (name) => env[name] });

test('the grid adapter takes its sources as they stand, the secret of this run by a variable alone', async () => {
  const made = [await utility(['a', 'b']), await utility(['a', 'b'])];
  const secrets = made.map((each) => {
    const config = configOf(each);
    if (config.kind === 'err') throw new Error(config.error.join());
    const [source] = config.value.sources;
    expect(source?.routing.untargeted).toEqual([{ siteId: 'a' }, { siteId: 'b' }]);
    const secret = source?.credentials?.clientSecret ?? '';
    expect(each.sources).not.toContain(secret);
    return secret;
  });
  expect(new Set(secrets).size).toBe(2);
  expect(secrets.every((secret) => secret.length >= 32)).toBe(true);
});

test.each([1, 2.5, 60])('a run that is %d times as fast polls in real seconds', async (speed) => {
  const config = configOf(await utility(['a'], speed));
  expect(config).toMatchObject({ kind: 'ok', value: { sources: [{ pollEveryMs: 2_000 * speed }] } });
});

test('with no site there is no source; of more sites than a source may speak of, the first', async () => {
  expect(configOf(await utility([]))).toMatchObject(ok({ sources: [] }));
  const many = configOf(await utility(Array.from({ length: 51 }, (_, n) => `s${n}`)));
  expect(many.kind === 'ok' && many.value.sources[0]?.routing.untargeted).toHaveLength(50);
});
