/** config.json, as transformers writes it -> the numbers its architecture needs, each within its range. */
import { failure } from '../errors';
import { architectures, type ModelConfig, type ModelType } from '../graph/architectures';
import { ConfigKeys } from './config-keys';

export type { ModelConfig } from '../graph/architectures';

/**
 * Reads a config.json, filling transformers' defaults. Keys that change no number of a forward pass in 32 bits (dropout, dtype,
 * token ids, caching) are ignored.
 * @throws config-unsupported, naming the first key that was not understood
 */
export function parseConfig(text: string, file: string): ModelConfig {
  const keys = new ConfigKeys(parseObject(text, file), file);
  const known = Object.keys(architectures) as ModelType[];
  const architecture = architectures[keys.word('model_type', known)];
  keys.only('quantization_config', null);
  return architecture.readConfig(keys);
}

function parseObject(text: string, file: string): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  } catch {
    // told below
  }
  throw failure('config-unsupported', { file, key: 'the whole file', found: 'no JSON object', allowed: 'the config.json that transformers wrote' });
}
