import type { ServerResponse } from 'node:http';
import type { Cancel, SiteId, Timers } from '@headroom/kernel';
import type { LiveBoard } from '../../app/live-board.ts';
import type { ConsoleEvents } from '../../events.ts';
import { type LiveDocument, liveDocument } from './live-document.ts';

export const MAX_STREAMS = 200;
/** At most four documents a second (LK22). Real time. */
const STREAM_PERIOD_MS = 250;
const HEARTBEAT_MS = 15_000;
/** A client that leaves so much unread is dropped: it reads the whole document when it comes back. */
export const MAX_UNREAD_BYTES = 1_048_576;

/** Server-sent events of live documents. */
export interface LiveStreams {
  /** False: no room for another client. */
  hasRoom(): boolean;
  /** Writes the document at once, then after changes, until the client goes or `stop`. */
  open(siteId: SiteId, response: ServerResponse): void;
  stop(): void;
}

export interface LiveStreamsDeps {
  readonly board: LiveBoard;
  readonly ioTimers: Timers;
  readonly events: ConsoleEvents;
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: no demo. */
  readonly demo?: LiveDocument['demo'];
}

/** All clients of one site: a document is made once for all of them. */
interface Channel {
  readonly clients: Set<ServerResponse>;
  waiting: Cancel | undefined;
  readonly end: () => void;
}

export function createLiveStreams(deps: LiveStreamsDeps): LiveStreams {
  const streams = new Streams(deps);
  return {
    hasRoom: () => streams.count < MAX_STREAMS,
    open: (siteId, response) => streams.open(siteId, response),
    stop: () => streams.stop(),
  };
}

class Streams {
  count = 0;
  readonly #deps: LiveStreamsDeps;
  readonly #channels = new Map<SiteId, Channel>();

  constructor(deps: LiveStreamsDeps) {
    this.#deps = deps;
  }

  open(siteId: SiteId, response: ServerResponse): void {
    response.writeHead(200, {
      ...this.#deps.headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that gather output would make it late.
      'x-accel-buffering': 'no',
    });
    this.count += 1;
    const channel = this.#channelOf(siteId);
    channel.clients.add(response);
    response.once('close', () => this.#left(siteId, channel, response));
    response.on('error', () => response.destroy());
    void this.#send(siteId, [response]);
  }

  stop(): void {
    for (const channel of this.#channels.values()) for (const response of channel.clients) response.end();
  }

  #channelOf(siteId: SiteId): Channel {
    const known = this.#channels.get(siteId);
    if (known !== undefined) return known;
    const { board, ioTimers } = this.#deps;
    const unsubscribe = board.subscribe(siteId, () => this.#changed(siteId, made));
    const stopBeating = ioTimers.every(HEARTBEAT_MS, () => {
      for (const response of made.clients) this.#write(siteId, response, ': still here\n\n');
    });
    const made: Channel = {
      clients: new Set(),
      waiting: undefined,
      end: () => {
        made.waiting?.();
        stopBeating();
        unsubscribe();
      },
    };
    this.#channels.set(siteId, made);
    return made;
  }

  /** What changes while a document waits for its turn is in that document. */
  #changed(siteId: SiteId, channel: Channel): void {
    channel.waiting ??= this.#deps.ioTimers.after(STREAM_PERIOD_MS, () => {
      channel.waiting = undefined;
      void this.#send(siteId, channel.clients);
    });
  }

  async #send(siteId: SiteId, clients: Iterable<ServerResponse>): Promise<void> {
    const answer = await this.#deps.board.live(siteId);
    if (answer.kind !== 'live') return;
    const frame = `event: live\ndata: ${JSON.stringify(liveDocument(answer.view, this.#deps.demo))}\n\n`;
    for (const response of clients) this.#write(siteId, response, frame);
  }

  #write(siteId: SiteId, response: ServerResponse, text: string): void {
    if (response.writableEnded || response.destroyed) return;
    if (response.writableLength > MAX_UNREAD_BYTES) {
      this.#deps.events.streamDropped(siteId, 'the client does not read what is sent');
      response.destroy();
      return;
    }
    response.write(text);
  }

  #left(siteId: SiteId, channel: Channel, response: ServerResponse): void {
    if (!channel.clients.delete(response)) return;
    this.count -= 1;
    if (channel.clients.size > 0) return;
    channel.end();
    this.#channels.delete(siteId);
  }
}
