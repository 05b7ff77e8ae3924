import type { SimLog } from '@headroom/sim';

/** What the simulator has to say to a person: notes and warnings, a line each. */
export function simLog(say: (line: string) => void): SimLog {
  const line = (fields: object): string =>
    Object.entries(fields)
      .map(([name, value]) => (name === 'sentence' || name === 'detail' ? String(value) : `${name} ${String(value)}`))
      .join(', ');
  return {
    info: (event, fields = {}) => {
      if (event.startsWith('sim.recorded.')) say(`      ${line(fields)}`);
    },
    warn: (event, fields = {}) => say(`  !   ${event}: ${line(fields)}`),
  };
}
