/** The shapes of the Pythia suite (https://github.com/EleutherAI/pythia), as their config.json say them. */

/** [layers, hidden size, heads] */
const shapes = {
  '70M': [6, 512, 8],
  '160M': [12, 768, 12],
  '410M': [24, 1024, 16],
  '1B': [16, 2048, 8],
  '1.4B': [24, 2048, 16],
  '2.8B': [32, 2560, 32],
} as const;

export type PythiaSize = keyof typeof shapes;

export const pythiaSizes = Object.keys(shapes) as PythiaSize[];

/** The config.json of a size. */
export function pythiaConfig(size: PythiaSize): string {
  const [layers, hidden, heads] = shapes[size];
  return JSON.stringify({
    model_type: 'gpt_neox',
    vocab_size: 50_304,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: 4 * hidden,
    max_position_embeddings: 2048,
    rotary_pct: 0.25,
  });
}
