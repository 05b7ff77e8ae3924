/** Simulated sites against a running stack, in a process of their own. Arguments: API URL, OCPP URL, seed, `demo` or how many stations. */
import process from 'node:process';
import { type Demo, startDemo } from '@headroom/sim';
import { onEnd, systemTime } from '@headroom/service-host';
import { simLog } from '../sim-log.ts';

const [apiUrl = '', ocppUrl = '', seed = '1', size = 'demo'] = process.argv.slice(2);
const time = systemTime();
let demo: Demo | undefined;
onEnd(process, async () => {
  demo?.stop();
  process.exit(0);
});
demo = await startDemo({
  apiUrl,
  ocppUrl,
  clock: time,
  timers: time,
  seed: Number(seed),
  scenario: size === 'demo' ? { kind: 'generated' } : { kind: 'load', stations: Number(size) },
  log: simLog((line) => void process.stdout.write(`${line}\n`)),
});
process.send?.({ kind: 'ready' });
