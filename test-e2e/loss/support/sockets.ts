import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { TestStack } from '../../support/stack.ts';

/** Bytes that a process of the stack has sent and that the other side has not read. */
export interface Unread {
  /** Who sent them, as the stack names its processes. */
  readonly sender: string;
  readonly bytes: number;
}

interface Row {
  readonly localPort: number;
  readonly remotePort: number;
  readonly unreadBytes: number;
  readonly inode: string;
}

const [ESTABLISHED, LISTENING] = ['01', '0A'];
/** Java speaks IPv4 over sockets of IPv6. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/** Connections of this machine, as Linux tells them: all of the stack is on loopback, so each stands there from both ends. */
const connections = (): readonly Row[] => rowsIn(ESTABLISHED);

function rowsIn(wanted: string): readonly Row[] {
  return TABLES.flatMap((table) => readFileSync(table, 'utf8').trim().split('\n').slice(1)).flatMap((line) => {
    const [, local = '', remote = '', state, queues = '', , , , , inode = ''] = line.trim().split(/\s+/);
    if (state !== wanted) return [];
    const [localPort = 0, remotePort = 0] = [local, remote].map((address) =>
      Number.parseInt(address.split(':')[1] ?? '0', 16),
    );
    return [{ localPort, remotePort, unreadBytes: Number.parseInt(queues.split(':')[1] ?? '0', 16), inode }];
  });
}

function inodesOf(pid: number): ReadonlySet<string> {
  try {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkOf(`/proc/${pid}/fd/${fd}`));
    return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
  } catch {
    return new Set();
  }
}

function readlinkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function unreadIn(running: TestStack, rows: readonly Row[], isVictim: (row: Row) => boolean): readonly Unread[] {
  const waiting = rows.filter((row) => row.unreadBytes > 0 && isVictim(row));
  if (waiting.length === 0) return [];
  const senders = [...running.stack.processes].map(([name, { pid }]) => ({ name, inodes: inodesOf(pid) }));
  return waiting.flatMap(({ localPort, remotePort, unreadBytes }) => {
    const peer = rows.find((row) => row.localPort === remotePort && row.remotePort === localPort);
    const sender = senders.find(({ inodes }) => peer !== undefined && inodes.has(peer.inode));
    return sender === undefined ? [] : [{ sender: sender.name, bytes: unreadBytes }];
  });
}

/** The process of the stack that listens there; undefined where none does. */
export function listenerAt(running: TestStack, port: number): string | undefined {
  const listening = rowsIn(LISTENING).filter(({ localPort }) => localPort === port);
  return [...running.stack.processes].find(([, { pid }]) => {
    const inodes = inodesOf(pid);
    return listening.some(({ inode }) => inodes.has(inode));
  })?.[0];
}

/** What processes of the stack have sent to the server at `port`, and it has not read: while it is stopped, it never will. */
export const unreadAt = (running: TestStack, port: number): readonly Unread[] =>
  unreadIn(running, connections(), ({ localPort }) => localPort === port);

/** What other processes of the stack have sent to this one, and it has not read. */
export function unreadBy(running: TestStack, name: string): readonly Unread[] {
  const inodes = inodesOf(running.stack.processes.get(name)?.pid ?? 0);
  return unreadIn(running, connections(), ({ inode }) => inodes.has(inode));
}

/** Of these services, in words; undefined where none of them waits. */
export function wordsOfUnread(unread: readonly Unread[], services: readonly string[]): string | undefined {
  const of = unread.filter(({ sender }) => services.some((service) => sender.startsWith(service)));
  if (of.length === 0) return undefined;
  return of.map(({ sender, bytes }) => `${bytes} bytes of ${sender}`).join(', ');
}
