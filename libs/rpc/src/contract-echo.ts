import { stationV1 } from '@headroom/contracts';
import { RpcError, type UnaryMethod } from './port.ts';

/** A made-up service over real messages: what is under test is the transport. */
const echo: UnaryMethod<stationV1.CommandAnswered, stationV1.CommandAnswered> = {
  path: '/headroom.test.v1.EchoService/Echo',
  requestStream: false,
  responseStream: false,
  requestSerialize: (value) => Buffer.from(stationV1.CommandAnswered.encode(value).finish()),
  requestDeserialize: (bytes) => stationV1.CommandAnswered.decode(bytes),
  responseSerialize: (value) => Buffer.from(stationV1.CommandAnswered.encode(value).finish()),
  responseDeserialize: (bytes) => stationV1.CommandAnswered.decode(bytes),
};
export const DEFINITION = { echo };
export const NAME = 'headroom.test.v1.EchoService';
export const MESSAGE = stationV1.CommandAnswered.fromPartial({ commandId: 'c-1', status: 1, detail: 'grüße' });

export function check(condition: boolean, what: string): void {
  if (!condition) throw new Error(`rpc contract broken: ${what}`);
}

export async function codeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'answered';
  } catch (cause) {
    return cause instanceof RpcError ? cause.code : `not an RpcError: ${String(cause)}`;
  }
}

export type Handler = (
  request: stationV1.CommandAnswered,
  context: { readonly traceparent?: string },
) => Promise<stationV1.CommandAnswered>;
