/** Qwen2 and Qwen2.5 (https://arxiv.org/abs/2407.10671): Llama with biases on queries, keys and values alone. */
import { readShape, type Architecture } from './architecture';
import { readGroupedHeads } from './grouped-attention';
import { llamaBody, llamaShapes, unembeddingOf, type LlamaShape } from './llama';
import type { ConfigKeys } from '../checkpoint/config-keys';

export interface Qwen2Config extends LlamaShape {
  model_type: 'qwen2';
}

export const qwen2: Architecture<Qwen2Config> = {
  readConfig(keys) {
    const shape = readShape(keys, 'qwen2', false);
    keys.only('hidden_act', 'silu');
    refuseSlidingWindow(keys, shape.num_hidden_layers);
    keys.integer('num_key_value_heads', 1, shape.num_attention_heads); // its default of 32 fits few models: it has to be there
    return { ...shape, ...readGroupedHeads(keys, shape), rms_norm_eps: keys.real('rms_norm_eps', 0, 1, 1e-6) };
  },

  parameterShapes: (config) => llamaShapes(config, { inner: true, output: false, mlp: false }),
  unembedding: unembeddingOf,
  body: llamaBody,
};

/** The layers from `max_window_layers` on look back no farther than a window, if that is switched on; every layer here sees everything. */
function refuseSlidingWindow(keys: ConfigKeys, layers: number): void {
  keys.everyWord('layer_types', 'full_attention');
  if (keys.has('layer_types') || !keys.flag('use_sliding_window', false)) return;
  if (keys.has('sliding_window') && keys.integer('max_window_layers', 0, 1000, 28) < layers) throw keys.refusal('use_sliding_window', 'false');
}
