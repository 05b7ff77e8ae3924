/** What the tool reads of the console's answers (docs: /api/openapi.json). */
export interface Explanation {
  readonly decisionSeq: string;
  readonly ownerEpoch: string;
  readonly decidedAt: string;
  readonly share: string;
  readonly evses: readonly {
    readonly evseId: string;
    readonly name: string;
    readonly limitA: number;
    readonly reason: { readonly code: string | null; readonly sentence: string };
    readonly binding: {
      readonly terms: readonly { readonly source: string; readonly limitA: number; readonly limitKw: number | null }[];
    } | null;
    readonly counterfactual: { readonly sentence: string } | null;
  }[];
  readonly counterfactualsLeftOut: number;
}

export interface Preview {
  readonly differences: readonly {
    readonly evseId: string;
    readonly name: string;
    readonly beforeA: number;
    readonly afterA: number;
    readonly afterReason: { readonly sentence: string };
  }[];
  readonly unchanged: number;
}

export interface Replay {
  readonly ownerEpoch: string;
  readonly decisionSeq: string;
  readonly decidedAt: string;
  readonly recordedHash: string;
  readonly replayedHash: string;
  readonly same: boolean;
  readonly differences: readonly string[];
}

export function explanationLines(told: Explanation): readonly string[] {
  const head = `Decision ${told.decisionSeq} of epoch ${told.ownerEpoch}, ${told.decidedAt}, shared by ${told.share}.`;
  const left = told.counterfactualsLeftOut;
  return [
    head,
    ...told.evses.flatMap(({ evseId, name, limitA, reason, binding, counterfactual }) => [
      `${evseId} ${name}: ${limitA} A${reason.code === null ? '' : `, ${reason.code}`}`,
      `    ${reason.sentence}`,
      ...(binding === null ? [] : [`    ${binding.terms.map(termWords).join(', ')}`]),
      ...(counterfactual === null ? [] : [`    ${counterfactual.sentence}`]),
    ]),
    ...(left === 0 ? [] : [`What would give ${left} more of them more was left out: ask for each by itself.`]),
  ];
}

const termWords = (term: {
  readonly source: string;
  readonly limitA: number;
  readonly limitKw: number | null;
}): string => `${term.source} ${term.limitKw === null ? `${term.limitA} A` : `${term.limitKw} kW`}`;

export function previewLines(told: Preview, contractKw: number): readonly string[] {
  return [
    `With a contract of ${contractKw} kW, once limits have come to rest (only tried, nothing is set):`,
    ...told.differences.map(
      ({ evseId, name, beforeA, afterA, afterReason }) =>
        `${evseId} ${name}: ${beforeA} A -> ${afterA} A. ${afterReason.sentence}`,
    ),
    `${told.unchanged} would keep what they have.`,
  ];
}

export const replayLines = (told: Replay): readonly string[] => [
  `Decision ${told.decisionSeq} of epoch ${told.ownerEpoch}, ${told.decidedAt}.`,
  `Inputs recorded ${told.recordedHash}`,
  `Inputs replayed ${told.replayedHash}`,
  told.same ? 'Decided again it is the same to the last byte.' : `It differs in ${told.differences.join(', ')}.`,
];
