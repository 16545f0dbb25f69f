/** Gradients of every parameter of every architecture against PyTorch's autograd. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { describe, expect, test } from 'vitest';
import { errorsOf, goldenExamples, gradientErrors, gradientFile } from '../../reference/gradient-errors';
import architectureModels from '../../reference/golden/architectures.json';
import { nodeBackend } from '../terminal/node-engine';
import { parseConfig } from './checkpoint/config';
import { exampleInputs } from './gradient/derived';
import { gradientGraph } from './gradient/gradient-graph';
import { architectures, parameterShapes } from './graph/architectures';
import { encodeModel } from './graph/onnx';
import { countOf, weightInputs, type WeightLayout } from './graph/weights';
import { fixedParameter } from './scoring/fixed-model';

/** `norm(a - b) / norm(b)` of one tensor. */
const tolerance = 1e-4;

const models = Object.entries(architectureModels as unknown as Record<string, { config: object; length: number }>).flatMap(([name, { config, length }]) => {
  const file = new URL(`../../reference/golden/gradients/${gradientFile(name)}`, import.meta.url);
  try {
    return [{ name, length, config: parseConfig(JSON.stringify(config), name), golden: new Blob([readFileSync(file)]) }];
  } catch {
    return [];
  }
});

test('every architecture is among them', () => {
  expect([...new Set(models.map(({ config }) => config.model_type))].sort()).toEqual(Object.keys(architectures).sort());
});

describe.each(models)('$name', ({ name, config, length, golden }) => {
  test('every parameter', async () => {
    const backend = nodeBackend();
    const errors = await gradientErrors(backend, config, name, length, golden);
    await backend.close();
    expect(Object.keys(errors)).toEqual([...parameterShapes(config).keys()]);
    expect(Object.entries(errors).filter(([, error]) => !(error <= tolerance))).toEqual([]);
    console.log(`${name}: at most ${Math.max(...Object.values(errors)).toExponential(1)}`);
  });

  test('with weights in blocks of rows', async () => {
    const layout: WeightLayout = { type: 'float32', maxBytes: 5000 };
    const inputs = weightInputs(parameterShapes(config), layout);
    expect(inputs.length).toBeGreaterThan(parameterShapes(config).size);
    const session = await ort.InferenceSession.create(encodeModel(gradientGraph(config, layout, { drawn: false, squared: false })), { logSeverityLevel: 3 });
    const weights = inputs.map(({ name, parameter, shape, begin }) => {
      const whole = fixedParameter(parameter, parameterShapes(config).get(parameter) as number[]);
      return [name, new ort.Tensor('float32', whole.slice(begin, begin + countOf(shape)), shape)] as const;
    });
    const sums = new Map<string, Float32Array>();
    for (const example of goldenExamples(name, config, length)) {
      const outputs = await session.run({ ...Object.fromEntries(weights), ...exampleInputs(ort, example) });
      for (const [output, { data }] of Object.entries(outputs)) sums.set(output, (data as Float32Array).map((value, i) => value + (sums.get(output)?.[i] ?? 0)));
    }
    await session.release();
    const errors = await errorsOf(sums, config, golden);
    expect(Object.entries(errors).filter(([, error]) => !(error <= tolerance))).toEqual([]);
  });
});
