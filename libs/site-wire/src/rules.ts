import type { siteV1 } from '@headroom/contracts';
import type { SessionRulesInput } from '@headroom/site-model';

/** Rules of sessions as the log has them; whether they can be kept is for the model to judge. */
export function rulesFromWire(wire: siteV1.SessionRules | undefined): SessionRulesInput | undefined {
  if (wire === undefined) return undefined;
  const { maximumW, minimumW, minimumSocPercent, stopAtSocPercent, stopAtTarget } = wire;
  return {
    ...(maximumW === undefined ? {} : { maximumW: Number(maximumW) }),
    ...(minimumW === undefined ? {} : { minimumW: Number(minimumW) }),
    ...(minimumSocPercent === undefined ? {} : { minimumSocPercent }),
    ...(stopAtSocPercent === undefined ? {} : { stopAtSocPercent }),
    ...(stopAtTarget ? { stopAtTarget } : {}),
  };
}

export const rulesToWire = (rules: SessionRulesInput | undefined): siteV1.SessionRules | undefined =>
  rules && {
    maximumW: rules.maximumW === undefined ? undefined : BigInt(rules.maximumW),
    minimumW: rules.minimumW === undefined ? undefined : BigInt(rules.minimumW),
    minimumSocPercent: rules.minimumSocPercent,
    stopAtSocPercent: rules.stopAtSocPercent,
    stopAtTarget: rules.stopAtTarget === true,
  };
