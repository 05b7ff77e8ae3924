import { exploreTakeOver, SAFE, UNSAFE, type World } from './index.ts';

/** The shortest counterexample; what came out instead where there is none. */
export function stepsOf(name: keyof typeof UNSAFE): readonly string[] {
  const result = exploreTakeOver(UNSAFE[name]);
  return result.kind === 'violated' ? result.steps : [`${result.kind} in ${result.states} states`];
}

export function isRaised(name: keyof typeof SAFE, { obeyed }: World): boolean {
  const { wanted, raised } = SAFE[name].scenario;
  return obeyed[wanted] === raised;
}
