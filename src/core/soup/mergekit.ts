/** A linear soup as a configuration that mergekit runs (https://github.com/arcee-ai/mergekit). */
import { failure } from '../errors';
import type { CheckpointRef, Ingredient, Model } from './model';

/** Which of mergekit's commands a configuration is for. */
type Command = 'mergekit-yaml' | 'mergekit-pytorch';

/**
 * Whole models (repositories at their commit, or folders) are for `mergekit-yaml`. Checkpoints that are single files are for
 * `mergekit-pytorch`, which takes tensors as they are: `mergekit-yaml` 0.1.4 asks a GPT-NeoX checkpoint for rotary and mask buffers
 * that transformers no longer writes.
 * @throws soup-not-linear
 */
export function mergekitConfig({ id, ingredients, fusion }: Model): string {
  if (fusion) throw failure('soup-not-linear', { soup: id, method: fusion.method });
  const used = ingredients.filter(({ coefficient }) => coefficient !== 0);
  const command = used.some(({ checkpoint: { source } }) => source.kind === 'hub' || filesOf(source).length > 1) ? 'mergekit-yaml' : 'mergekit-pytorch';
  const own = used.filter(({ checkpoint }) => checkpoint.source.kind !== 'hub');
  return [
    `# ${command} THIS_FILE OUTPUT_FOLDER`,
    ...(own.length > 0 ? ['# Put the checkpoints where their paths say:'] : []),
    ...own.flatMap(({ checkpoint }) => [`#   ${quoted(placeOf(checkpoint, command))}`, `#     sha256 ${checkpoint.sha256}`]),
    'merge_method: linear',
    'models:',
    ...used.flatMap((ingredient) => entry(ingredient, command)),
    'parameters:',
    '  normalize: false',
    'dtype: float32',
    '',
  ].join('\n');
}

function entry({ checkpoint, coefficient }: Ingredient, command: Command): string[] {
  return [`  - model: ${quoted(placeOf(checkpoint, command))}`, '    parameters:', `      weight: ${yamlNumber(coefficient)}`];
}

/** A JSON string is a YAML one; other line ends than JSON's, which would end a comment too, are written as escapes. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function placeOf({ id, source }: CheckpointRef, command: Command): string {
  if (source.kind === 'hub') return `${source.repo}@${source.commit}`;
  return command === 'mergekit-yaml' ? `./${id}` : `./${id}/${filesOf(source)[0]}`;
}

function filesOf(source: CheckpointRef['source']): string[] {
  return source.kind === 'bundled' ? ['model.safetensors'] : source.weights.map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
}

/** Without a point, YAML 1.1 takes “1e-7” for a word. */
function yamlNumber(value: number): string {
  const text = String(value);
  return text.includes('.') ? text : text.replace('e', '.0e');
}
