import { connectWs } from '@headroom/sim';

/** A charging profile as it came out of a station's socket. Its message id is the command's name (docs/reliability.md). */
export interface ReceivedCommand {
  readonly stationId: string;
  readonly atMs: number;
  readonly shard: number;
  readonly epoch: number;
  readonly seq: number;
  readonly limitDeciA: number;
  readonly purpose: 'lease' | 'fallback';
}

type Connect = typeof connectWs;

export interface WireTap {
  connect(stationId: string): Connect;
  /** In the order in which they arrived, over all stations. */
  commands(): readonly ReceivedCommand[];
  /** Frames that set a profile under a name that says nothing: a test expects none. */
  nameless(): number;
}

const NAME = /^([lf])\d+-(\d+)-(\d+)-(\d+)-(\d+)$/;

/** Listens at the stations' sockets: bytes received, nothing of the platform. */
export function createWireTap(): WireTap {
  const commands: ReceivedCommand[] = [];
  let nameless = 0;
  const hear = (stationId: string, text: string): void => {
    const frame: unknown = JSON.parse(text);
    if (!Array.isArray(frame) || frame[0] !== 2 || frame[2] !== 'SetChargingProfile') return;
    const [, letter, limit, shard, epoch, seq] = NAME.exec(String(frame[1])) ?? [];
    if (letter === undefined) nameless += 1;
    else {
      commands.push({
        stationId,
        atMs: Date.now(),
        shard: Number(shard),
        epoch: Number(epoch),
        seq: Number(seq),
        limitDeciA: Number(limit),
        purpose: letter === 'l' ? 'lease' : 'fallback',
      });
    }
  };
  return {
    connect: (stationId) => (target, events) =>
      connectWs(target, {
        ...events,
        opened: () => events.opened(),
        closed: (why) => events.closed(why),
        text: (data) => {
          hear(stationId, data);
          events.text(data);
        },
      }),
    commands: () => commands,
    nameless: () => nameless,
  };
}

/** Commands of an epoch that came to a station after one of a higher epoch of the same shard. */
export function staleCommands(commands: readonly ReceivedCommand[]): readonly ReceivedCommand[] {
  const highest = new Map<number, number>();
  return commands.filter(({ shard, epoch }) => {
    const known = highest.get(shard) ?? 0;
    highest.set(shard, Math.max(known, epoch));
    return epoch < known;
  });
}
