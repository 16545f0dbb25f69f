/** Soups that are not linear, made once each: what they are made of takes longer than anything done with them. */
import { Checkpoint } from '../checkpoint/checkpoint';
import type { ModelConfig } from '../checkpoint/config';
import { writeSafetensors } from '../checkpoint/safetensors';
import { parameterShapes } from '../graph/architectures';
import type { Fusion, FusionFacts } from '../merging/fusion';
import type { Backend } from '../scoring/backend';
import type { Watch } from '../scoring/watch';
import { sha256Of } from '../sha256';
import type { Tokenizer } from '../tokenizer/tokenizer';
import { fuse } from './fuse';
import type { FusionIngredient } from './ingredient';

/** A soup as a checkpoint that exists nowhere else. */
export interface FusedSoup {
  /** stands for its ingredients, its method and its data */
  sha256: string;
  checkpoint: Checkpoint;
  facts: FusionFacts;
}

/** All that are kept may take this together; the ones made longest ago make room. */
const keptBytes = 512 * 2 ** 20;

export class FusedSoups {
  readonly #kept = new Map<string, FusedSoup>();

  constructor(private readonly backend: Backend) {}

  /** What stands for a soup of these ingredients. */
  static keyOf(ingredients: { sha256: string }[], fusion: Fusion): string {
    return sha256Of(JSON.stringify([ingredients.map(({ sha256 }) => sha256), fusion]));
  }

  /** What is kept under a key. */
  find(sha256: string): FusedSoup | undefined {
    return this.#kept.get(sha256);
  }

  /**
   * Makes a soup; the backend holds other weights afterwards.
   * @throws what `fuse` throws
   */
  async make(id: string, config: ModelConfig, tokenizer: Tokenizer, ingredients: FusionIngredient[], fusion: Fusion, watch: Watch): Promise<FusedSoup> {
    const { weights, facts } = await fuse(this.backend, config, tokenizer, ingredients, fusion, watch);
    const tensors = [...parameterShapes(config)].map(([name, shape]) => ({ name, shape, values: weights.get(name) as Float32Array }));
    const checkpoint = await Checkpoint.open([writeSafetensors(tensors, { format: 'pt' })], config, id);
    const soup = { sha256: FusedSoups.keyOf(ingredients, fusion), checkpoint, facts };
    this.#makeRoom(checkpoint.storedBytes);
    this.#kept.set(soup.sha256, soup);
    return soup;
  }

  #makeRoom(bytes: number): void {
    const used = (): number => [...this.#kept.values()].reduce((sum, { checkpoint }) => sum + checkpoint.storedBytes, 0);
    for (const sha256 of [...this.#kept.keys()]) if (used() + bytes > keptBytes) this.#kept.delete(sha256);
  }
}
