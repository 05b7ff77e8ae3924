import type { OcppGateway, StationSocket, VirtualConnection } from '@headroom/ocpp-gateway';
import type { Rng } from '@headroom/kernel';
import { WireFrame, type WireProfile } from '../checkers/wire-profile.ts';
import { between } from '../rng.ts';
import { isBroken } from '../station/manners.ts';
import type { Connect, SocketEvents, SocketTarget } from '../station/socket.ts';
import { createDeafness, createDeafPipe, type Deafness, type DeafPipe } from './deaf-line.ts';
import type { Faults } from './faults.ts';
import type { Life } from './life.ts';
import { createPipe } from './pipe.ts';
import type { VirtualTime } from './virtual-time.ts';

const LATENCY_MS: readonly [number, number] = [2, 25];
const REFUSED_MS = 5;
/** A process that died: its kernel resets what it held. */
const RESET_MS: readonly [number, number] = [1, 50];
/** So long a station waits until its connection is there: nothing tells it of a host that lost its power meanwhile. */
const DIALS_FOR_MS = 30_000;
/** Of cut links: nothing tells the gateway, which finds out by its pings. */
const HALF_OPEN_SHARE = 0.5;
/** Of answers to commands, in a seed where stations forget to give them. */
const LOST_ANSWER_SHARE = 0.03;

/** Of answers to limits, in a seed where links break at the worst of moments: told, obeyed, and nobody knows. */
const CUT_ANSWER_SHARE = 0.02;
/** The same while a dispatcher waits for the log. */
const STUCK_CUT_SHARE = 0.5;
/** A limit goes by the name of its command. */
const ANSWERS_LIMIT = /^\[\s*3\s*,\s*"l\d+-/;

export interface LivingGateway {
  readonly gateway: OcppGateway;
  readonly life: Life;
}

export interface SocketWorld {
  readonly time: VirtualTime;
  readonly rng: Rng;
  readonly faults: Faults;
  /** Those that live, in a fixed order: a balancer sends stations to none other. */
  readonly gateways: () => readonly LivingGateway[];
  readonly hear: WireHearing;
  /** A dispatcher waits for the log. */
  readonly isStuck: () => boolean;
  /** The link of this station breaks now. */
  readonly cutLink: (stationId: string, count: number) => void;
  /** A gateway that dies now goes with its host. */
  readonly losesPower: () => boolean;
  /** It is there again, or was never gone: it knows nothing of connections of an earlier life. */
  readonly isUp: (process: Life['process']) => boolean;
  readonly tell: (line: string) => void;
}

/** Every frame, where it was written and where it arrived. */
export interface WireHearing {
  /** A station knocks at a gateway. */
  dialled(line: WireLine): void;
  written(line: WireLine, frame: WireFrame): void;
  received(stationId: string, frame: WireFrame): void;
  /** The station has done what that frame asked of it. */
  handled(stationId: string, frame: WireFrame): void;
  sent(gateway: GatewayLife, stationId: string, frame: WireFrame): void;
}

/** One connection, or an attempt at one. Counts up over all of a run. */
export interface WireLine {
  readonly number: number;
  readonly gateway: GatewayLife;
  readonly stationId: string;
}

/** One incarnation of a gateway. */
export type GatewayLife = Pick<Life, 'name' | 'process'>;

/** The line between the virtual stations and the gateways. */
export function createSockets(world: SocketWorld): Connect {
  let dialled = 0;
  return (target, events) => {
    dialled += 1;
    const living = world.gateways();
    const chosen = living[dialled % Math.max(1, living.length)];
    if (chosen !== undefined) return new Line(world, { chosen, target, events, number: dialled }).open();
    world.time.after(REFUSED_MS, `dial ${target.user}`, () => events.closed('connection refused'));
    return { send: () => {}, drop: () => {} };
  };
}

interface Dial {
  readonly chosen: LivingGateway;
  readonly target: SocketTarget;
  readonly events: SocketEvents;
  readonly number: number;
}

/** One connection, both ends of it. */
class Line {
  readonly #world: SocketWorld;
  readonly #dial: Dial;
  readonly #toStation: DeafPipe;
  readonly #toGateway: DeafPipe;
  readonly #deafness: Deafness;
  #connection: VirtualConnection | undefined;
  #stationOpen = true;
  #gatewayOpen = true;
  /** The station knows that it is connected. */
  #isUpgraded = false;
  /** Its gateway went with its host, and nothing has told the station. */
  #isOrphan = false;
  #answers = 0;
  /** Of frames that do not reach the station for now. */
  #keptBytes = 0;
  /** What its gateway told the station here. */
  readonly #told = new Map<number, WireProfile>();

  constructor(world: SocketWorld, dial: Dial) {
    this.#world = world;
    this.#dial = dial;
    const latency = () => between(world.rng, ...LATENCY_MS);
    const stationId = dial.target.user;
    this.#toStation = createDeafPipe(createPipe(world.time, latency, `to ${stationId}`));
    this.#toGateway = createDeafPipe(createPipe(world.time, latency, `from ${stationId}`));
    this.#deafness = createDeafness(world, { stationId, line: dial.number });
  }

  open() {
    const { chosen } = this.#dial;
    this.#toGateway.push(() => chosen.life.reach(() => void this.#knock()));
    const forget = chosen.life.onDeath(() => {
      if (this.#world.losesPower()) this.#isOrphan = true;
      else this.#toStation.push(() => this.#stationLost('connection reset'), between(this.#world.rng, ...RESET_MS));
    });
    this.#world.time.after(DIALS_FOR_MS, `dial ${this.#dial.target.user}`, () => {
      if (!this.#isUpgraded) this.#stationLost('no answer');
    });
    return {
      send: (text: string) => this.#fromStation(text),
      drop: () => {
        forget();
        this.#cut();
      },
    };
  }

  #line(): WireLine {
    const { number, chosen, target } = this.#dial;
    return { number, gateway: chosen.life, stationId: target.user };
  }

  async #knock(): Promise<void> {
    const { chosen, target } = this.#dial;
    this.#world.hear.dialled(this.#line());
    const authorization = `Basic ${Buffer.from(`${target.user}:${target.password}`).toString('base64')}`;
    const knock = { url: new URL(target.url).pathname, authorization, protocols: [target.subprotocol] };
    const outcome = await chosen.gateway.connect(knock, this.#gatewaySide());
    if (!chosen.life.isAlive()) return;
    if (outcome.kind === 'refused') {
      this.#gatewayOpen = false;
      return this.#toStation.push(() => this.#stationLost(`refused with ${outcome.status}`));
    }
    this.#connection = outcome;
    if (!this.#stationOpen) return this.#gatewayLost(1006);
    this.#toStation.push(() => {
      if (!this.#stationOpen) return;
      this.#isUpgraded = true;
      this.#dial.events.opened();
    });
  }

  #gatewaySide(): StationSocket {
    return {
      send: (text) => {
        if (!this.#gatewayOpen) return;
        const frame = new WireFrame(text, this.#told);
        this.#world.hear.written(this.#line(), frame);
        if (frame.profile() !== undefined) this.#deafness.limitGoes(this.#toStation);
        this.#keptBytes = this.#toStation.isDeaf() ? this.#keptBytes + text.length : 0;
        this.#toStation.push(() => this.#atStation(frame));
      },
      close: (code) => {
        if (!this.#gatewayOpen) return;
        this.#gatewayOpen = false;
        this.#toStation.push(() => this.#stationLost(`closed with ${code}`));
        this.#toGateway.push(() => this.#closedAtGateway(code));
      },
      terminate: () => {
        if (!this.#gatewayOpen) return;
        this.#toStation.push(() => this.#stationLost('terminated'));
        this.#gatewayLost(1006);
      },
      ping: () =>
        this.#toStation.push(() => {
          if (this.#stationOpen) this.#toGateway.push(() => this.#heard());
        }),
      pause: () => this.#toGateway.hold(),
      resume: () => this.#toGateway.release(),
      bufferedBytes: () => (this.#toStation.isDeaf() ? this.#keptBytes : 0),
      isOpen: () => this.#gatewayOpen,
    };
  }

  #atStation(frame: WireFrame): void {
    if (!this.#stationOpen) return;
    this.#world.hear.received(this.#dial.target.user, frame);
    this.#dial.events.text(frame.text);
    this.#world.hear.handled(this.#dial.target.user, frame);
  }

  #fromStation(text: string): void {
    if (!this.#stationOpen) return;
    if (this.#isOrphan) return this.#toNobody();
    const { user } = this.#dial.target;
    const isAnswer = text.startsWith('[3') || text.startsWith('[4');
    if (isAnswer) {
      this.#answers += 1;
      const which = `${user} ${this.#dial.number}`;
      if (this.#world.faults.fires('lost-answer', which, this.#answers, LOST_ANSWER_SHARE)) return;
      const isOfLimit = ANSWERS_LIMIT.test(text);
      const share = this.#world.isStuck() ? STUCK_CUT_SHARE : CUT_ANSWER_SHARE;
      if (isOfLimit && this.#world.faults.fires('cut-answer', which, this.#answers, share)) {
        return this.#world.cutLink(user, this.#answers);
      }
    } else this.#deafness.callGoes(this.#toGateway);
    if (!isBroken(text)) this.#world.hear.sent(this.#dial.chosen.life, user, new WireFrame(text));
    this.#toGateway.push(() => {
      if (!this.#gatewayOpen) return;
      this.#dial.chosen.life.reach(() => {
        this.#connection?.events.onHeard();
        this.#connection?.events.onText(text);
      });
    });
  }

  /** Nothing answers until its host is there again, whose kernel knows of no such connection. */
  #toNobody(): void {
    const { process } = this.#dial.chosen.life;
    if (this.#world.isUp(process)) this.#toStation.push(() => this.#stationLost('connection reset'));
  }

  #heard(): void {
    if (this.#gatewayOpen) this.#dial.chosen.life.reach(() => this.#connection?.events.onHeard());
  }

  /** The station hangs up, loses power, or its cable is cut; then perhaps nothing tells the other end. */
  #cut(): void {
    if (!this.#stationOpen) return;
    this.#stationOpen = false;
    const { target, number, events } = this.#dial;
    this.#world.time.after(0, `drop ${target.user}`, () => events.closed('dropped'));
    if (this.#world.faults.fires('link-loss', `half-open ${target.user}`, number, HALF_OPEN_SHARE)) return;
    this.#toGateway.push(() => this.#gatewayLost(1006));
  }

  #stationLost(why: string): void {
    if (!this.#stationOpen) return;
    this.#stationOpen = false;
    this.#dial.events.closed(why);
  }

  #gatewayLost(code: number): void {
    if (!this.#gatewayOpen) return;
    this.#gatewayOpen = false;
    this.#world.time.after(0, 'closed', () => this.#closedAtGateway(code));
  }

  #closedAtGateway(code: number): void {
    this.#dial.chosen.life.reach(() => this.#connection?.events.onClosed(code, ''));
  }
}
