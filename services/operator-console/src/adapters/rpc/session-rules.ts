import type { siteV1 } from '@headroom/contracts';
import type { SessionRulesSpec, SwitchingSpec } from '../../domain/site-document.ts';

/** Of a limit: down. */
export const wholeWatts = (kilowatts: number): bigint => BigInt(Math.floor(kilowatts * 1_000 + 1e-6));
/** Of a need: up. */
const neededWatts = (kilowatts: number): bigint => BigInt(Math.ceil(kilowatts * 1_000 - 1e-6));

export const rulesConfig = (rules: SessionRulesSpec | undefined): siteV1.SessionRules | undefined =>
  rules && {
    maximumW: rules.maximumKw === undefined ? undefined : wholeWatts(rules.maximumKw),
    minimumW: rules.minimumKw === undefined ? undefined : neededWatts(rules.minimumKw),
    minimumSocPercent: rules.minimumSocPercent,
    stopAtSocPercent: rules.stopAtSocPercent,
    stopAtTarget: rules.stopAtTarget === true,
  };

export const rulesSpec = (wire: siteV1.SessionRules): SessionRulesSpec => ({
  ...(wire.maximumW === undefined ? {} : { maximumKw: Number(wire.maximumW) / 1_000 }),
  ...(wire.minimumW === undefined ? {} : { minimumKw: Number(wire.minimumW) / 1_000 }),
  ...(wire.minimumSocPercent === undefined ? {} : { minimumSocPercent: wire.minimumSocPercent }),
  ...(wire.stopAtSocPercent === undefined ? {} : { stopAtSocPercent: wire.stopAtSocPercent }),
  ...(wire.stopAtTarget ? { stopAtTarget: true } : {}),
});

export const switchingSpec = ({ closingsAnHour, mostClosingsAnHour }: siteV1.SwitchingBudget): SwitchingSpec => ({
  ...(closingsAnHour === undefined ? {} : { closingsAnHour }),
  ...(mostClosingsAnHour === undefined ? {} : { mostClosingsAnHour }),
});
