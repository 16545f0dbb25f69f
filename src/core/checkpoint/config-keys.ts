/** The keys of a config.json, each read with its range and its default, or refused by name. */
import { failure, type Failure } from '../errors';

export class ConfigKeys {
  constructor(
    private readonly json: Record<string, unknown>,
    private readonly file: string,
    /** what stands before a key in an error, such as `rope_scaling.` */
    private readonly path = '',
  ) {}

  /** A refusal that names the key, what stands there, and what may. */
  refusal(key: string, allowed: string): Failure {
    return failure('config-unsupported', { file: this.file, key: this.path + key, found: JSON.stringify(this.json[key]) ?? 'nothing', allowed });
  }

  /** Whether there is a value; `null` is transformers' way to write none. */
  has(key: string): boolean {
    return this.json[key] != null;
  }

  /** @throws config-unsupported, like all that follow */
  integer(key: string, min: number, max: number, fallback?: number): number {
    const value = this.json[key] ?? fallback;
    if (!Number.isInteger(value) || (value as number) < min || (value as number) > max) throw this.refusal(key, `a whole number from ${min} to ${max}`);
    return value as number;
  }

  real(key: string, min: number, max: number, fallback?: number): number {
    const value = this.json[key] ?? fallback;
    if (typeof value !== 'number' || !(value >= min && value <= max)) throw this.refusal(key, `a number from ${min} to ${max}`);
    return value;
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.json[key] ?? fallback;
    if (typeof value !== 'boolean') throw this.refusal(key, 'true or false');
    return value;
  }

  /** One of a few words. */
  word<Word extends string>(key: string, allowed: readonly Word[], fallback?: Word): Word {
    const value = (this.json[key] ?? fallback) as Word;
    if (!allowed.includes(value)) throw this.refusal(key, allowed.map((word) => JSON.stringify(word)).join(' or '));
    return value;
  }

  /** For keys that would change the numbers in a way that no graph here knows: they may only be absent, or say that they change nothing. */
  only(key: string, allowed: string | number | boolean | null): void {
    if (this.has(key) && this.json[key] !== allowed) throw this.refusal(key, allowed === null ? 'none' : JSON.stringify(allowed));
  }

  /** For a list with a word for each layer: every one must be the one we know. */
  everyWord(key: string, allowed: string): void {
    const value = this.json[key] ?? [];
    if (!Array.isArray(value) || value.some((word) => word !== allowed)) throw this.refusal(key, `nothing but ${JSON.stringify(allowed)}`);
  }

  /** The keys of the object under a key, or null where there is none. */
  within(key: string): ConfigKeys | null {
    const value = this.json[key] ?? null;
    if (value === null) return null;
    if (typeof value !== 'object' || Array.isArray(value)) throw this.refusal(key, 'an object');
    return new ConfigKeys(value as Record<string, unknown>, this.file, `${this.path}${key}.`);
  }

  get names(): string[] {
    return Object.keys(this.json).filter((key) => this.has(key));
  }
}
