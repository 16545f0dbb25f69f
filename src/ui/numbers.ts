/** Numbers as a person reads them. */
import { count } from '../core/count';

export { count };

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

/** A perplexity with about four significant digits; its error, where there is one, with as many decimals. */
export function perplexityText(perplexity: number, stderr: number | null = null): string {
  if (!(perplexity < 10_000)) return stderr === null ? roughly(perplexity) : `${roughly(perplexity)} ± ${roughly(stderr)}`;
  return withError(perplexity, stderr, Math.min(3, Math.max(0, 3 - Math.floor(Math.log10(Math.max(perplexity, 1))))));
}

/** Four significant digits of a large number. */
function roughly(value: number): string {
  return count(Math.round(Number(value.toPrecision(4))));
}

/**
 * A relative change in percent, with its sign and its standard error (both as fractions): one decimal, or as many as a small
 * error needs to be seen.
 */
export function percentChange(change: number, stderr: number | null): string {
  const digits = percentDigits(stderr);
  const size = (100 * Math.abs(change)).toFixed(digits);
  const sign = Number(size) === 0 ? '' : change < 0 ? '−' : '+';
  return `${sign}${size}${percentError(stderr, digits)}`;
}

/** The same without its sign, where words say the direction. */
export function percentSize(change: number, stderr: number | null): string {
  const digits = percentDigits(stderr);
  return `${(100 * Math.abs(change)).toFixed(digits)}${percentError(stderr, digits)}`;
}

function percentDigits(stderr: number | null): number {
  const percent = 100 * (stderr ?? 0);
  return percent < 0.05 && percent >= 0.0005 ? Math.ceil(-Math.log10(percent)) : 1;
}

function percentError(stderr: number | null, digits: number): string {
  return stderr === null ? ' %' : ` ± ${(100 * stderr).toFixed(digits)} %`;
}

/** The same sentence, with its numbers kept together where a line ends. */
export function unbroken(sentence: string): string {
  return sentence.replace(/ (±|=) /g, '\u00a0$1\u00a0').replaceAll(' %', '\u00a0%');
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A size from a kilobyte to terabytes, with two or three digits. */
export function fileSize(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  if (bytes < 1e9) return bytes < 1e7 ? megabytes(bytes) : `${Math.round(bytes / 1e6)} MB`;
  return `${(bytes / 1e9).toFixed(bytes < 1e11 ? 2 : 0)} GB`;
}

/** A whole number out of an input, or null where there is none, or one below the least. */
export function wholeFrom(value: number, least: number): number | null {
  return Number.isFinite(value) && value >= least ? Math.round(value) : null;
}
