import { join } from 'node:path';
import { capture, type Check } from './check.ts';

interface Cruise {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
  };
}

const FOLDERS = ['libs', 'services', 'sim', 'deploy', 'tools', 'test-e2e'];
const OUTSIDE = /^services\/operator-console\/web\//;

/**
 * ARCHITECTURE.md section 3. Without @swc/core the tool cruises nothing and passes everything (TC-33), so the modules it
 * saw are compared with the TypeScript files git knows.
 */
export const importDirections: Check = {
  name: 'import directions',
  async run(root) {
    const cruiser = join(root, 'node_modules/.bin/depcruise');
    const args = ['--config', '.dependency-cruiser.mjs', '--output-type', 'json', ...FOLDERS];
    const { status, text } = await capture(cruiser, args, root);
    const cruise = parse(text);
    if (cruise === undefined)
      return { passed: false, findings: `dependency-cruiser ended with ${status}:\n${text.slice(-2_000)}` };
    const seen = new Set(cruise.modules.map((module) => module.source));
    const listed = await capture('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...FOLDERS], root);
    const missed = listed.text
      .split('\n')
      .filter((file) => file.endsWith('.ts') && !OUTSIDE.test(file) && !seen.has(file));
    const violations = cruise.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
    const unseen = missed.length === 0 ? [] : [`not cruised, so not checked: ${missed.join(', ')}`];
    return { passed: violations.length + unseen.length === 0, findings: [...violations, ...unseen].join('\n') };
  },
};

function parse(text: string): Cruise | undefined {
  try {
    return JSON.parse(text.slice(text.indexOf('{')));
  } catch {
    return undefined;
  }
}
