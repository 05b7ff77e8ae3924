import { assignShards, type GroupMember } from '@headroom/event-log/group-parts';
import type { Rng } from '@headroom/kernel';
import { between } from '../rng.ts';
import type { Life } from './life.ts';
import type { VirtualTime } from './virtual-time.ts';

/** After so long without a sign of life a group of owners gives its member up (OW-20). */
const SESSION_MS = 6_000;
/** A member hears of a join at its next heartbeat (OW-22). */
const HEARTBEAT_MS = 1_000;
/** Who has not joined again by then is left behind. */
const REBALANCE_MS = 15_000;
const ONE_WAY_MS: readonly [number, number] = [0.3, 3];

/** What the broker knows of one member, and how it reaches it. */
export interface GroupClient {
  readonly life: Life;
  readonly topics: readonly string[];
  /** Others join: come to rest and join again. */
  hearsOfJoin(): void;
  assigned(memberId: string, shards: readonly number[]): void;
  /** From now on nothing passes between it and its group, though it works, and reaches all else. */
  cutOff(): void;
  healed(): void;
  /** When its last sign of life was sent, in ms since the start. */
  lastSignMs(): number;
}

interface Member {
  readonly memberId: string;
  readonly client: GroupClient;
  /** As of its last join. */
  claims: GroupMember['claims'];
  shards: readonly number[];
}

/** A group of owners, the broker's side of it. */
export interface SimGroup {
  /** `memberId` undefined: somebody new. */
  join(client: GroupClient, memberId: string | undefined, claims: GroupMember['claims']): void;
  leave(memberId: string): void;
  knows(memberId: string): boolean;
  isJoining(): boolean;
  /** The process of this client can give no sign any more, or gives none now. */
  silent(client: GroupClient): void;
  /**
   * For so long no sign of this process comes to the group, nor a word back: its network to that one broker is gone (split brain).
   * False: it is no member, or a join is under way.
   */
  cutOff(life: Life, forMs: number): boolean;
  isCut(client: GroupClient): boolean;
  /** Who was given the shard, as far as the group knows. */
  ownerOf(shard: number): Life | undefined;
  /** Gives one shard to another member, by a join of all; nothing happens where there is none, or a join is under way. */
  moveAway(shard: number): boolean;
}

export interface GroupDeps {
  readonly time: VirtualTime;
  readonly rng: Rng;
  readonly name: string;
  readonly isAway: () => boolean;
  readonly partitionsOf: (topic: string) => readonly number[];
}

type Plan = () => ReadonlyMap<string, readonly number[]>;

export function createSimGroup(deps: GroupDeps): SimGroup {
  const { time, rng, name } = deps;
  const members = new Map<string, Member>();
  const waiting = new Set<string>();
  /** Until when, in ms since the start. */
  const cut = new Map<GroupClient, number>();
  const isCut = (client: GroupClient): boolean => time.monoMs() < (cut.get(client) ?? 0);
  const isSilent = (client: GroupClient): boolean => !client.life.isAlive() || client.life.isStill() || isCut(client);
  let joining: { readonly number: number; readonly plan: Plan } | undefined;
  let joins = 0;
  let born = 0;

  const balanced: Plan = () => {
    const seen = [...members.values()].map(({ memberId, client, claims }) => ({
      ...{ memberId, claims },
      topics: client.topics,
    }));
    const byTopic = assignShards(seen, deps.partitionsOf);
    return new Map([...byTopic].map(([id, topics]) => [id, [...new Set(Object.values(topics).flat())]]));
  };
  const begin = (plan: Plan): void => {
    if (joining !== undefined) return;
    joins += 1;
    joining = { number: joins, plan };
    waiting.clear();
    const { number } = joining;
    for (const { memberId, client } of members.values()) {
      client.life.after(between(rng, 0, HEARTBEAT_MS), `${client.life.name} hears of a join`, () => {
        if (joining?.number === number && !isCut(client) && members.has(memberId) && !waiting.has(memberId))
          client.hearsOfJoin();
      });
    }
    time.after(REBALANCE_MS, `${name} has waited`, () => {
      if (joining?.number !== number) return;
      for (const memberId of [...members.keys()]) if (!waiting.has(memberId)) members.delete(memberId);
      complete();
    });
  };
  const complete = (): void => {
    if (joining === undefined || [...members.keys()].some((memberId) => !waiting.has(memberId))) return;
    const shares = joining.plan();
    joining = undefined;
    for (const member of members.values()) {
      const { memberId, client } = member;
      member.shards = shares.get(memberId) ?? [];
      const { shards } = member;
      client.life.after(between(rng, ...ONE_WAY_MS), `${client.life.name} assigned`, () =>
        client.assigned(memberId, shards),
      );
      // It may have died, or fallen asleep, while it waited.
      if (isSilent(client)) expireLater(member, SESSION_MS);
    }
  };
  const remove = (memberId: string): void => {
    if (!members.delete(memberId)) return;
    waiting.delete(memberId);
    if (joining === undefined) begin(balanced);
    complete();
  };
  const expireLater = (member: Member, inMs: number): void => {
    time.after(inMs, `${name} session`, () => {
      const { memberId, client } = member;
      if (members.get(memberId) !== member) return;
      // Who waits for the others is not asked for signs; a coordinator that comes back counts anew.
      if (joining !== undefined && waiting.has(memberId)) return;
      if (deps.isAway()) return expireLater(member, SESSION_MS);
      if (!isSilent(client)) return;
      const leftMs = client.lastSignMs() + SESSION_MS - time.monoMs();
      if (leftMs > 0) expireLater(member, leftMs);
      else remove(memberId);
    });
  };

  return {
    join(client, known, claims) {
      // One client is one member, however often it asks: a join that is not finished makes none that lives (KIP-394).
      const own = [...members.values()].find((member) => member.client === client)?.memberId;
      const memberId = known !== undefined && members.has(known) ? known : (own ?? `${name}-${(born += 1)}`);
      members.set(memberId, { memberId, client, claims, shards: members.get(memberId)?.shards ?? [] });
      begin(balanced);
      waiting.add(memberId);
      complete();
    },
    leave: remove,
    knows: (memberId) => members.has(memberId),
    isJoining: () => joining !== undefined,
    silent(client) {
      for (const member of members.values()) if (member.client === client) expireLater(member, 0);
    },
    cutOff(life, forMs) {
      const member = [...members.values()].find(({ client }) => client.life === life);
      if (member === undefined || joining !== undefined) return false;
      const { client } = member;
      cut.set(client, Math.max(cut.get(client) ?? 0, time.monoMs() + forMs));
      client.cutOff();
      expireLater(member, 0);
      time.after(forMs, `${name} heals`, () => {
        if (isCut(client)) return;
        cut.delete(client);
        client.healed();
      });
      return true;
    },
    isCut,
    ownerOf: (shard) => [...members.values()].find(({ shards }) => shards.includes(shard))?.client.life,
    moveAway(shard) {
      const from = [...members.values()].find(({ shards }) => shards.includes(shard));
      const to = [...members.values()].find(({ shards, client }) => !shards.includes(shard) && client.life.isAlive());
      if (joining !== undefined || from === undefined || to === undefined) return false;
      begin(() => {
        // Whoever came or went meanwhile changes everything.
        if (!members.has(from.memberId) || !members.has(to.memberId)) return balanced();
        const shares = new Map([...balanced()].map(([id, shards]) => [id, shards.filter((each) => each !== shard)]));
        return shares.set(to.memberId, [...(shares.get(to.memberId) ?? []), shard]);
      });
      return true;
    },
  };
}
