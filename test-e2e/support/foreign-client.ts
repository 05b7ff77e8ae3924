import { RPCClient } from 'ocpp-rpc';

/** A profile as it arrived, either version, in amperes. */
export interface ReceivedProfile {
  readonly purpose: string;
  readonly limitA: number;
  readonly durationS: number | undefined;
  readonly transactionId: string | undefined;
}

export interface ForeignStation {
  call(action: string, payload: object): Promise<Record<string, unknown>>;
  readonly profiles: readonly ReceivedProfile[];
  close(): Promise<void>;
}

interface WireSchedule {
  readonly duration?: number;
  readonly chargingSchedulePeriod: readonly { readonly limit: number }[];
}

/** A station made of somebody else's client (ocpp-rpc): it checks every frame with the standard's own schemas. */
export async function foreignStation(options: {
  readonly ocppUrl: string;
  readonly stationId: string;
  readonly password: string;
  readonly protocol: 'ocpp1.6' | 'ocpp2.0.1';
}): Promise<ForeignStation> {
  const profiles: ReceivedProfile[] = [];
  const client = new RPCClient({
    endpoint: options.ocppUrl,
    identity: options.stationId,
    password: options.password,
    protocols: [options.protocol],
    strictMode: true,
    reconnect: false,
  });
  client.handle('SetChargingProfile', ({ params }: { readonly params: Record<string, Record<string, unknown>> }) => {
    const profile = params['csChargingProfiles'] ?? params['chargingProfile'] ?? {};
    const schedule = [profile['chargingSchedule']].flat()[0] as WireSchedule;
    profiles.push({
      purpose: String(profile['chargingProfilePurpose']),
      limitA: schedule.chargingSchedulePeriod[0]?.limit ?? Number.NaN,
      durationS: schedule.duration,
      transactionId: textOf(profile['transactionId']),
    });
    return { status: 'Accepted' };
  });
  client.handle('ChangeConfiguration', () => ({ status: 'Accepted' }));
  client.handle(
    'SetVariables',
    ({ params }: { readonly params: { readonly setVariableData: readonly Record<string, unknown>[] } }) => ({
      setVariableResult: params.setVariableData.map(({ component, variable }) => ({
        attributeStatus: 'Accepted',
        component,
        variable,
      })),
    }),
  );
  await client.connect();
  return {
    profiles,
    call: async (action, payload) => (await client.call(action, payload)) as Record<string, unknown>,
    close: async () => void (await client.close({ code: 1000, reason: 'done' })),
  };
}

/** 1.6 names a transaction by a number, 2.0.1 by a text. */
const textOf = (id: unknown): string | undefined =>
  typeof id === 'string' || typeof id === 'number' ? `${id}` : undefined;
