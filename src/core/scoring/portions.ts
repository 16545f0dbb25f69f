/** How much a backend takes at once: the backends go by it, and the planner counts with it. */

const MiB = 2 ** 20;

/** Weights in WebAssembly's heap at once, and logits of a tile there; it has 4 GiB at most, and never gives back what it once took. */
export const heapBytes = 32 * MiB;

/** Logits of one tile elsewhere: what every WebGPU device binds by default, and near a processor's cache, measured as fast as one tile. */
export const tileBytes = 128 * MiB;

/** Values that a device merges at once. Whatever a tensor's size, staging takes no more. */
export const stretchValues = 8 * MiB;
