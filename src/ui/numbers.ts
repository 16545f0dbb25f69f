/** Numbers as a person reads them. */

/** A duration in words, rounded as one would say it. */
export function duration(seconds: number): string {
  if (seconds < 1.5) return 'about a second';
  if (seconds < 90) return `about ${Math.round(seconds)} s`;
  return `about ${Math.round(seconds / 60)} min`;
}

/** A value with its standard error, or by itself where it has none. */
export function withError(value: number, stderr: number | null, digits: number): string {
  return stderr === null ? value.toFixed(digits) : `${value.toFixed(digits)} ± ${stderr.toFixed(digits)}`;
}

export function count(value: number): string {
  return value.toLocaleString('en-GB');
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
