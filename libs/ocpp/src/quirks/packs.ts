import { invariant } from '@headroom/kernel';
import type { QuirkPack } from './pack.ts';
import abb from './packs/abb.json' with { type: 'json' };
import foxess from './packs/foxess.json' with { type: 'json' };
import goE from './packs/go-e.json' with { type: 'json' };
import grizzlE from './packs/grizzl-e.json' with { type: 'json' };
import headroom from './packs/headroom.json' with { type: 'json' };
import huawei from './packs/huawei.json' with { type: 'json' };
import openevse from './packs/openevse.json' with { type: 'json' };
import wallbox from './packs/wallbox.json' with { type: 'json' };
import { readPack } from './read-pack.ts';

/** By the name of their file. */
const FILES: Readonly<Record<string, unknown>> = {
  abb,
  foxess,
  'go-e': goE,
  'grizzl-e': grizzlE,
  headroom,
  huawei,
  openevse,
  wallbox,
};

/** All that the repository has, by vendor. */
export const PACKS: readonly QuirkPack[] = Object.entries(FILES).map(([file, json]) => {
  const pack = readPack(json);
  invariant(pack.kind === 'ok', `quirks/packs/${file}.json: ${pack.kind === 'err' ? pack.error.join(' ') : ''}`);
  return pack.value;
});
