import type { UnaryMethod } from './port.ts';

/** grpc.health.v1 HealthCheckResponse.ServingStatus.SERVING. */
export const HEALTH_SERVING = 1;

interface Request {
  readonly service: string;
}
interface Response {
  readonly status: number;
}

// grpc.health.v1: request { string service = 1 }, response { ServingStatus status = 1 }. Two fields, so written by hand.
const check: UnaryMethod<Request, Response> = {
  path: '/grpc.health.v1.Health/Check',
  requestStream: false,
  responseStream: false,
  requestSerialize: ({ service }) => {
    const text = Buffer.from(service, 'utf8').subarray(0, 127);
    return text.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, text.length]), text]);
  },
  requestDeserialize: (bytes) => ({ service: bytes.subarray(2).toString('utf8') }),
  responseSerialize: ({ status }) => Buffer.from([0x08, status]),
  responseDeserialize: (bytes) => ({ status: bytes[1] ?? 0 }),
};

export const HEALTH = { check };
