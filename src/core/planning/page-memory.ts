/** What a page may take of a machine of which it knows little. */

/** Browsers tell at most this many GiB, some a little more: a machine that tells as much may have any amount. */
const told = 8;
/** What a machine that tells the most is taken to have. */
const assumed = 16;
/** The rest is the system's, the browser's, and other pages'. */
const share = 0.6;

/**
 * @param gibibytes `navigator.deviceMemory` (https://www.w3.org/TR/device-memory/); undefined where the browser does not tell
 * @returns bytes
 */
export function pageMemory(gibibytes: number | undefined): number {
  const machine = gibibytes === undefined || gibibytes === told ? assumed : gibibytes;
  return share * machine * 2 ** 30;
}
