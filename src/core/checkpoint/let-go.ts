/** Memory that is given back when it is no longer needed, not when somebody collects it. */

/**
 * Frees a buffer at once where the engine can (ArrayBuffer.prototype.transfer, ES2024); whoever still has it finds it empty. A merge
 * reads gigabytes a tensor at a time: left to the garbage collector, 300 MB of them lay about in Chromium at the peak. Only for buffers
 * that a script made: those that Chromium made it keeps until they are collected, detached or not.
 */
export function letGo(buffer: ArrayBuffer): void {
  (buffer as { transfer?: (length: number) => ArrayBuffer }).transfer?.(0);
}
