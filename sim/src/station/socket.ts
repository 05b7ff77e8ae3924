/** The door to the network: what a station needs of a WebSocket. */
export interface SocketTarget {
  readonly url: string;
  readonly subprotocol: string;
  readonly user: string;
  readonly password: string;
}

export interface SocketEvents {
  opened(): void;
  text(data: string): void;
  /** Exactly once, also when the socket never opened. */
  closed(why: string): void;
}

export interface Socket {
  send(text: string): void;
  /** Ends it without ceremony, as a cut cable or a reboot does; `closed` follows. */
  drop(): void;
}

export type Connect = (target: SocketTarget, events: SocketEvents) => Socket;
