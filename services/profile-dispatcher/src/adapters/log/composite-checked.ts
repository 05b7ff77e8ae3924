import { dispatchV1, type dispatchStateV1 } from '@headroom/contracts';
import { deciAmps, type SiteId, stationId } from '@headroom/kernel';
import type { CompositeFinding, CompositeRead } from '../../domain/composite-said.ts';
import type { CompositeChecked } from '../../domain/facts.ts';
import { whole } from './wire-words.ts';

const FINDINGS: Readonly<Record<CompositeFinding, dispatchV1.CompositeFinding>> = {
  more: dispatchV1.CompositeFinding.MORE,
  less: dispatchV1.CompositeFinding.LESS,
  'never-ends': dispatchV1.CompositeFinding.NEVER_ENDS,
};

const KNOWN = ['more', 'less', 'never-ends'] as const satisfies readonly CompositeFinding[];

type Found = Pick<CompositeRead, 'findings' | 'says' | 'atMost'>;
type WireFound = Pick<dispatchV1.CompositeChecked, 'findings' | 'says' | 'atMostDeciA'>;

const foundToWire = ({ findings, says, atMost }: Found): WireFound => ({
  findings: findings.map((finding) => FINDINGS[finding]),
  ...{ says, atMostDeciA: atMost },
});

/** A word of a later release says nothing here. */
const foundFromWire = ({ findings, says, atMostDeciA }: WireFound): Found => ({
  findings: findings.flatMap((wire) => KNOWN.filter((finding) => FINDINGS[finding] === wire)),
  says,
  ...(atMostDeciA === undefined ? {} : { atMost: deciAmps(atMostDeciA) }),
});

export const compositeToWire = (fact: CompositeChecked): dispatchV1.CompositeChecked => ({
  ...{ stationId: fact.stationId, evse: fact.evse, atMs: whole(fact.atMs) },
  ...foundToWire(fact),
});

export const compositeFromWire = (
  of: { readonly siteId: SiteId; readonly epoch: number },
  wire: dispatchV1.CompositeChecked,
): CompositeChecked => ({
  ...{ kind: 'composite-checked', ...of, stationId: stationId(wire.stationId), evse: wire.evse },
  ...{ atMs: Number(wire.atMs), ...foundFromWire(wire) },
});

export const readToWire = (read: CompositeRead): dispatchStateV1.CompositeRead => ({
  ...{ readAtMs: whole(read.readAtMs), failures: read.failures },
  ...foundToWire(read),
});

/** Absent: it was never asked. */
export const maybeReadFromWire = (
  wire: dispatchStateV1.CompositeRead | undefined,
): { readonly composite?: CompositeRead } =>
  wire === undefined
    ? {}
    : { composite: { readAtMs: Number(wire.readAtMs), failures: wire.failures, ...foundFromWire(wire) } };
