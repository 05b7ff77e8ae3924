import { expect, test } from '@jest/globals';
import { siteV1 } from '@headroom/contracts';
import type { SharePolicy } from '@headroom/site-model';
import { shareFromWire, shareToWire } from './share.ts';

const SHARES: readonly SharePolicy[] = [
  ...(['equal', 'equal-surplus', 'proportional', 'first-come', 'earliest-departure'] as const),
  ...(['least-laxity', 'lowest-soc', 'smoothed-soc', 'smoothed-laxity', 'density'] as const),
];

test('each way to share has a word of its own on the wire, and comes back from it', () => {
  const words = SHARES.map(shareToWire);
  expect(new Set(words).size).toBe(SHARES.length);
  expect(words.map(shareFromWire)).toEqual(SHARES);
});

test('no word, and one that is not known, say nothing', () => {
  expect(shareFromWire(siteV1.PolicyKind.UNSPECIFIED)).toBeUndefined();
  expect(shareFromWire(siteV1.PolicyKind.UNRECOGNIZED)).toBeUndefined();
});
