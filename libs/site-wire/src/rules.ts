import type { siteV1 } from '@headroom/contracts';
import type { SessionRulesInput, SwitchingInput } from '@headroom/site-model';

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

/** How often a contactor may close, as the log has it; whether that can be is for the model to judge. */
export const switchingFromWire = (wire: siteV1.SwitchingBudget | undefined): SwitchingInput | undefined =>
  wire && {
    ...(wire.closingsAnHour === undefined ? {} : { closingsAnHour: wire.closingsAnHour }),
    ...(wire.mostClosingsAnHour === undefined ? {} : { mostClosingsAnHour: wire.mostClosingsAnHour }),
  };

export const switchingToWire = (switching: SwitchingInput | undefined): siteV1.SwitchingBudget | undefined =>
  switching && { closingsAnHour: switching.closingsAnHour, mostClosingsAnHour: switching.mostClosingsAnHour };
