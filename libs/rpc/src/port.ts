/** One unary method as ts-proto generates it (`outputServices=grpc-js`). */
export interface UnaryMethod<Request, Response> {
  readonly path: string;
  readonly requestStream: false;
  readonly responseStream: false;
  // Methods, not properties: a definition of any messages then stands where one of unknown messages is asked for.
  requestSerialize(value: Request): Buffer;
  requestDeserialize(value: Buffer): Request;
  responseSerialize(value: Response): Buffer;
  responseDeserialize(value: Buffer): Response;
}

export type ServiceDefinition = Readonly<Record<string, UnaryMethod<unknown, unknown>>>;

export type RequestOf<M> = M extends { requestSerialize(value: infer Request): Buffer } ? Request : never;
export type ResponseOf<M> = M extends { readonly responseDeserialize: (value: Buffer) => infer Response }
  ? Response
  : never;

export type RpcStatus =
  | 'invalid-argument'
  | 'not-found'
  | 'failed-precondition'
  | 'resource-exhausted'
  | 'unimplemented'
  | 'unavailable'
  | 'deadline-exceeded'
  | 'internal';

/** A call that did not succeed. After `deadline-exceeded` and `unavailable` the effect is unknown. */
export class RpcError extends Error {
  readonly code: RpcStatus;
  readonly retryable: boolean;
  constructor(code: RpcStatus, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RpcError';
    this.code = code;
    this.retryable = code === 'unavailable' || code === 'deadline-exceeded' || code === 'resource-exhausted';
  }
}

export interface CallOptions {
  /** Real milliseconds, always: a call without an end does not exist. */
  readonly deadlineMs: number;
  readonly traceparent?: string;
}

export interface ClientOptions<D extends ServiceDefinition> {
  /**
   * Methods that do no harm when they are called twice. Only these are tried at another replica when the first has not
   * answered; any other is sent once, to a replica that lives. Default: none.
   */
  readonly repeatable?: readonly (keyof D & string)[];
}

/** Typed client of one service at one address. Methods reject with `RpcError`. */
export type RpcClient<D extends ServiceDefinition> = {
  readonly [K in keyof D]: (request: RequestOf<D[K]>, options: CallOptions) => Promise<ResponseOf<D[K]>>;
};

/** Handlers of one service. A thrown `RpcError` becomes its status; anything else becomes `internal` without detail. */
export type RpcHandlers<D extends ServiceDefinition> = {
  readonly [K in keyof D]: (
    request: RequestOf<D[K]>,
    context: { readonly traceparent?: string },
  ) => Promise<ResponseOf<D[K]>>;
};

export interface ServiceBinding {
  /** Full protobuf name, for health: `headroom.registry.v1.RegistryService`. */
  readonly name: string;
  readonly definition: ServiceDefinition;
  /** Their types are `bind`'s business; here each takes what its definition decodes. */
  readonly handlers: RpcHandlers<ServiceDefinition>;
}

/** Ties handlers to their definition with types. */
export const bind = <D extends ServiceDefinition>(
  name: string,
  definition: D,
  handlers: RpcHandlers<D>,
): ServiceBinding => ({ name, definition, handlers });

export interface RpcServer {
  /** What clients call: `host:port`, or the name in a memory network. */
  readonly address: string;
  /** Ends after running calls, at most `graceMs` later. */
  stop(graceMs: number): Promise<void>;
}

export interface RpcNetwork {
  /** Serves at `address` (`127.0.0.1:0` picks a port). Health is served beside the services. */
  serve(address: string, services: readonly ServiceBinding[]): Promise<RpcServer>;
  /** `address` may name several replicas, `a:1|b:1`: they are called in turn, and those that do not answer are passed over. */
  client<D extends ServiceDefinition>(definition: D, address: string, options?: ClientOptions<D>): RpcClient<D>;
  /** True where a server at `address` answers the health check with SERVING. */
  healthy(address: string, deadlineMs: number): Promise<boolean>;
  close(): Promise<void>;
}
