const { default: Sequencer } = require('@jest/test-sequencer');

/** End-to-end tests that take more than a minute, the longest first: whoever has one of two lanes is not left with them alone. */
const LONGEST = [
  'loss/two-of-everything.test.ts',
  'thread.test.ts',
  'grid-page.test.ts',
  'loss/whole-platform.test.ts',
  'replicas.test.ts',
  'grid-bad-input.test.ts',
];

const rank = (path) => {
  const at = LONGEST.findIndex((name) => path.endsWith(`/test-e2e/${name}`));
  return at === -1 ? LONGEST.length : at;
};

const inOrder = (tests) => tests.toSorted((a, b) => rank(a.path) - rank(b.path) || (a.path < b.path ? -1 : 1));

module.exports = class extends Sequencer {
  static longest = LONGEST;
  static inOrder = inOrder;

  sort(tests) {
    return inOrder(tests);
  }
};
