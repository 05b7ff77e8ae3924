/** A binary heap: the first by `order` stands at 0. Changed in place by its owner. */
export function push<T>(heap: T[], item: T, order: (a: T, b: T) => number): void {
  let at = heap.push(item) - 1;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || order(item, parent) >= 0) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = item;
}

/** Takes the first away. */
export function pop<T>(heap: T[], order: (a: T, b: T) => number): void {
  const item = heap.pop();
  if (item === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const [left, right] = [heap[2 * at + 1], heap[2 * at + 2]];
    if (left === undefined) break;
    const isRight = right !== undefined && order(right, left) < 0;
    const child = isRight ? right : left;
    if (order(item, child) <= 0) break;
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = item;
}
