// ocpp-rpc brings no types; what the tests use of it.
declare module 'ocpp-rpc' {
  export interface RPCClientOptions {
    readonly endpoint: string;
    readonly identity: string;
    readonly password: string;
    readonly protocols: readonly string[];
    readonly strictMode: boolean;
    readonly reconnect: boolean;
  }
  export class RPCClient {
    constructor(options: RPCClientOptions);
    handle(action: string, handler: (call: never) => unknown): void;
    connect(): Promise<unknown>;
    call(action: string, payload: object): Promise<unknown>;
    close(options: { readonly code: number; readonly reason: string }): Promise<unknown>;
  }
}
