import { expect, test } from 'vitest';
import { readHeader } from '../checkpoint/safetensors';
import { exportSoup, recipeOf } from './export';
import { mix, modelOf, type CheckpointRef } from './model';

const ref = (id: string): CheckpointRef => ({ id, source: { kind: 'bundled', run: 'pico', name: id }, sha256: `sha of ${id}` });

test('an exported soup carries its weights, the format transformers asks for, and its recipe', async () => {
  const model = mix('my soup', [modelOf(ref('step1')), modelOf(ref('step2'))], [0.25, 0.75]);
  const file = exportSoup([{ name: 'w', shape: [2], values: Float32Array.of(0.1, -2) }], recipeOf(model, 'perplexity'));
  const { tensors, metadata } = await readHeader(file, 'soup.safetensors');
  expect([...tensors.values()]).toMatchObject([{ name: 'w', dtype: 'F32', shape: [2] }]);
  expect(new Float32Array(await file.slice(-8).arrayBuffer())).toEqual(Float32Array.of(0.1, -2));
  expect(metadata.get('format')).toBe('pt');
  expect(JSON.parse(metadata.get('stockpot.recipe') ?? '')).toEqual({
    soup: 'my soup',
    method: 'perplexity',
    ingredients: [
      { checkpoint: 'step1', sha256: 'sha of step1', coefficient: 0.25 },
      { checkpoint: 'step2', sha256: 'sha of step2', coefficient: 0.75 },
    ],
  });
});
