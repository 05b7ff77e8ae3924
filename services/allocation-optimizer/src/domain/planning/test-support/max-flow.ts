/** The largest flow from node 0 to the last node, with whole capacities; by shortest augmenting paths. */
export function maxFlow(
  nodes: number,
  edges: readonly (readonly [from: number, to: number, capacity: number])[],
): number {
  const left = Array.from({ length: nodes }, () => new Map<number, number>());
  for (const [from, to, capacity] of edges) {
    left[from]?.set(to, (left[from].get(to) ?? 0) + capacity);
    if (left[to]?.has(from) === false) left[to].set(from, 0);
  }
  for (let total = 0; ; ) {
    const cameFrom = new Map<number, number>([[0, 0]]);
    const queue = [0];
    for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
      for (const [next, capacity] of left[node] ?? []) {
        if (capacity <= 0 || cameFrom.has(next)) continue;
        cameFrom.set(next, node);
        queue.push(next);
      }
    }
    if (!cameFrom.has(nodes - 1)) return total;
    const path: (readonly [number, number])[] = [];
    for (let node = nodes - 1; node !== 0; node = cameFrom.get(node) ?? 0) path.push([cameFrom.get(node) ?? 0, node]);
    const flow = Math.min(...path.map(([from, to]) => left[from]?.get(to) ?? 0));
    for (const [from, to] of path) {
      left[from]?.set(to, (left[from].get(to) ?? 0) - flow);
      left[to]?.set(from, (left[to].get(from) ?? 0) + flow);
    }
    total += flow;
  }
}
