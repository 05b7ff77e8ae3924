import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';

const SERVICES = join(import.meta.dirname, '../../services');
/** Handlers are named by what they do at an input; factories, constants and shapes stay. */
const HANDLER = /^(on|put|authorize|record|request|set|end|run|take|send|decide|publish)(?=[A-Z]|$)/;

/** Replaces every handler of a service's `app/` by one that does nothing, for the modules imported from now on. */
export async function muteHandlersOf(service: string): Promise<readonly string[]> {
  const folder = join(SERVICES, service, 'src/app');
  const muted: string[] = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))) {
    const path = join(folder, file);
    const real: Record<string, unknown> = await import(path);
    const doubles = Object.entries(real).map(([name, value]) => {
      if (typeof value !== 'function' || !HANDLER.test(name)) return [name, value] as const;
      muted.push(name);
      const isAsync = value.constructor.name === 'AsyncFunction';
      return [name, isAsync ? () => Promise.resolve(undefined) : () => undefined] as const;
    });
    // A module without handlers is loaded anew by itself, so that it meets the muted ones.
    if (doubles.every(([name, value]) => value === real[name])) continue;
    jest.unstable_mockModule(path, () => Object.fromEntries(doubles));
  }
  jest.resetModules();
  return muted;
}
