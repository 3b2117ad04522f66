import type { SocketAddress } from '../../../model/address.ts';
import type { LogBook } from '../../log-book.ts';
import type { RuntimeEvent } from '../../runtime-event.ts';
import type { Cells } from '../cells.ts';
import type { Containers } from '../containers.ts';
import type { ObjectNames } from '../object-names.ts';
import type { EngineNetworks } from './engine-networks.ts';

/** What the proxies of an instance are made with. */
export interface ProxyOptions {
  readonly containers: Containers;
  readonly cells: Cells;
  readonly networks: EngineNetworks;
  readonly names: ObjectNames;
  readonly runFolder: string;
  readonly images: { readonly envoy: string; readonly node: string };
  /** Takes what Envoys write, by tenant. */
  readonly log: LogBook;
  onEvent(event: RuntimeEvent): void;
  /** What `observe` would say has changed. */
  onChange(): void;
  /** The engine could not publish a port, though it was free a moment ago. */
  onPortLost(socket: SocketAddress): void;
}
