import type { Binding, LimitTerm } from '../model/explanation.ts';
import { amperes, clockTimeOn, kilowatts, words } from '../model/format.ts';
import type { LiveSite } from '../model/live-site.ts';

const SOURCES: ReadonlyMap<string, string> = new Map([
  ['rating', 'Rating'],
  ['derating', 'Derated by its temperature'],
  ['contract', 'Contract'],
  ['override', 'Set by an operator'],
  ['grid', 'Asked by the grid'],
]);

export interface LimitTermsProps {
  readonly binding: Binding;
  readonly site: LiveSite;
}

/** UX3: whose limit it is, until when, and who else has a word on it. The first one holds. */
export function LimitTerms({ binding, site }: LimitTermsProps) {
  const conductor = binding.row === 'power' ? 'power' : binding.row.toUpperCase();
  return (
    <dl class="pairs limit-terms" aria-label={`What limits ${binding.circuitName}`}>
      <dt>
        {binding.circuitName}, {conductor}
      </dt>
      <dd>{loadWords(binding)}</dd>
      {binding.terms.map((term) => (
        <TermPair key={`${term.source} ${term.limitA} ${term.validUntilMs}`} term={term} site={site} />
      ))}
    </dl>
  );
}

const loadWords = ({ usedA, limitA }: Binding): string => `${amperes(usedA).value} of ${words(amperes(limitA))}`;

function TermPair({ term, site }: { readonly term: LimitTerm; readonly site: LiveSite }) {
  const limit = words(term.limitKw === null ? amperes(term.limitA) : kilowatts(term.limitKw));
  const until = term.validUntilMs === null ? '' : ` until ${clockTimeOn(term.validUntilMs, site.atMs, site.timezone)}`;
  return (
    <>
      <dt>{SOURCES.get(term.source) ?? term.source}</dt>
      <dd>
        {limit}
        {until}
      </dd>
    </>
  );
}
