/** Repeated measurements in few numbers. */

export function spread(values: number[], digits: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string => sorted[Math.round(share * (sorted.length - 1))].toFixed(digits);
  return `${at(0.5)} (quartiles ${at(0.25)} to ${at(0.75)}, ${values.length} repeats)`;
}
