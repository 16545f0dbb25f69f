import { describe, expect, test } from 'vitest';
import { parseConfig } from '../checkpoint/config';
import { fusionMemoryOf, lackingForFusion, type FusionMemory } from './fusion-memory';
import { weightBytes } from './memory';
import { pythiaConfig, type PythiaSize } from './pythia';

const GB = 1e9;
const unknown = { worker: null, device: null };
const of = (size: PythiaSize, method: 'fisher' | 'regmean', kind: 'wasm' | 'webgpu' | 'node' = 'wasm', tokens?: number): FusionMemory =>
  fusionMemoryOf({ config: parseConfig(pythiaConfig(size), size), kind, precision: 'fp32' }, method, 2, tokens);

describe('what a soup that is not linear takes', () => {
  test('is what was measured, within a quarter', () => {
    const planned = [of('70M', 'fisher', 'wasm', 256), of('160M', 'fisher', 'wasm', 256), of('70M', 'regmean', 'wasm', 256)].map(({ worker }) => worker / GB);
    const measured = [3.3, 5.6, 2.4]; // medians; npm run bench measures them again
    planned.forEach((gigabytes, i) => expect(Math.abs(gigabytes / measured[i] - 1), `${i}`).toBeLessThan(0.25));
  });

  test('grows with the row, and is all in the worker where there is no graphics device', () => {
    expect(of('70M', 'fisher').worker).toBeGreaterThan(of('70M', 'fisher', 'wasm', 256).worker);
    expect(of('70M', 'fisher').device).toBe(0);
    expect(of('70M', 'fisher', 'node').heap).toBe(0);
    expect(of('70M', 'fisher', 'webgpu').device).toBeGreaterThan(4 * weightBytes(parseConfig(pythiaConfig('70M'), '70M'), 'fp32'));
  });
});

describe('what is lacking', () => {
  test('is told of whichever memory is too small', () => {
    const memory = { heap: 1 * GB, worker: 3 * GB, device: 2 * GB };
    expect(lackingForFusion(memory, unknown)).toBeNull();
    expect(lackingForFusion(memory, { worker: 3 * GB, device: 2 * GB })).toBeNull();
    expect(lackingForFusion(memory, { worker: 2.5 * GB, device: null })).toBe('it takes 3.0 GB of memory, and about 2.5 are there');
    expect(lackingForFusion(memory, { worker: null, device: 1 * GB })).toBe('it takes 2.0 GB of graphics memory, and about 1.0 are there');
  });

  test('WebAssembly has 4 GiB, whatever the machine has', () => {
    expect(lackingForFusion(of('160M', 'fisher'), unknown)).toBeNull();
    expect(lackingForFusion(of('1B', 'fisher'), unknown)).toMatch(/^it takes [\d.]+ GB of WebAssembly’s memory, and about 4\.3 are there$/);
    expect(lackingForFusion(of('1B', 'fisher', 'node'), unknown)).toBeNull();
  });
});
