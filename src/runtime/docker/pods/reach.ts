import type { Cells } from '../cells.ts';

/** Networks of other namespaces that a pod is in, by their ids, with its addresses there. */
export type JoinedNetworks = ReadonlyMap<string, string>;

/**
 * The networks of all namespaces that there are, but its own: whoever makes a pod alone looks around with it, as in a
 * cluster, where every pod reaches every Service.
 *
 * @param owner who has the addresses
 */
export async function joinAll(cells: Cells, namespace: string, owner: string): Promise<JoinedNetworks> {
  const others = cells.namespaces().filter((other) => other !== namespace);
  const found = await Promise.all(others.map((other) => cells.cell(other).catch(() => undefined)));
  return new Map(found.flatMap((cell) => (cell ? [[cell.network.id, cell.addressFor(owner)]] : [])));
}

/** Gives back its addresses in all networks that there are. */
export async function releaseAddresses(cells: Cells, owner: string): Promise<void> {
  const found = cells.namespaces().map((namespace) => cells.cell(namespace).catch(() => undefined));
  for (const cell of await Promise.all(found)) cell?.releaseAddress(owner);
}
