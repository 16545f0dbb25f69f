/**
 * What the Pythia suite takes, as the planner says (src/core/planning): two F16 checkpoints merged, and scored over whole windows.
 * npx tsx reference/memory-table.ts
 */
import { parseConfig } from '../src/core/checkpoint/config';
import { memoryOf, parametersOf } from '../src/core/planning/memory';
import { pythiaConfig, pythiaSizes } from '../src/core/planning/pythia';

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(2);

console.log('GB; device memory without what a browser itself takes\n');
console.log('| Pythia | parameters | on disk, each | WASM, 32-bit | WASM, 16-bit | graphics, 32-bit | graphics, 16-bit |');
console.log('|---|---|---|---|---|---|---|');
for (const size of pythiaSizes) {
  const config = parseConfig(pythiaConfig(size), size);
  const of = (kind: 'wasm' | 'webgpu', precision: 'fp32' | 'fp16-weights'): string => {
    const { worker, device } = memoryOf({ config, kind, precision, storedSize: 2 });
    return gigabytes(kind === 'wasm' ? worker : device);
  };
  const parameters = parametersOf(config);
  const cells = [size, `${(parameters / 1e6).toFixed(1)} M`, gigabytes(2 * parameters), of('wasm', 'fp32'), of('wasm', 'fp16-weights'), of('webgpu', 'fp32'), of('webgpu', 'fp16-weights')];
  console.log(`| ${cells.join(' | ')} |`);
}
