import { createServer } from 'node:net';
import { allocationServiceV1 } from '@headroom/contracts';
import { createGrpcNetwork, type RpcClient, type RpcNetwork } from '@headroom/rpc';
import { type Service, systemTime } from '@headroom/service-host';
import type { EpochSource } from '@headroom/turn-store';
import type { FakePlatform } from './platform.fixture.ts';
import { started } from './service.fixture.ts';

/** Tests only: an optimizer that answers questions on a real socket. */
export interface Asked {
  readonly service: Service;
  readonly address: string;
  readonly client: RpcClient<typeof allocationServiceV1.AllocationServiceService>;
}

export interface Sockets {
  readonly network: RpcNetwork;
  open(fake: FakePlatform, epochs: EpochSource): Promise<Asked>;
  close(): Promise<void>;
}

export function sockets(): Sockets {
  const network = createGrpcNetwork();
  const running: Service[] = [];
  return {
    network,
    open: async (fake, epochs) => {
      const address = `127.0.0.1:${await freePort()}`;
      // What waits for I/O waits for real time; what the site does stands still until it is told.
      const platform = {
        ...fake.platform,
        ...{ rpc: network, io: systemTime(), addresses: { 'allocation-optimizer': address } },
      };
      const service = await started({ ...fake, platform }, { epochs });
      running.push(service);
      return { service, address, client: network.client(allocationServiceV1.AllocationServiceService, address) };
    },
    close: async () => {
      for (const service of running.splice(0)) await service.stop(500);
      await network.close();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
