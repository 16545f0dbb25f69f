import { expect, test } from 'vitest';
import { holdsWeights, isWeights } from './weight-names';

test.each(['model.safetensors', 'step1000.bin', 'a.pt', 'consolidated.00.pth', 'pytorch_model.bin', 'optimizers-are-fun.pt'])('%s may be weights', (name) => expect(isWeights(name)).toBe(true));

test.each(['training_args.bin', 'optimizer.pt', 'scheduler.pt', 'rng_state.pth', 'rng_state_0.pth', 'random_states_1.pkl', 'adapter_model.safetensors', 'model-00001-of-00002.safetensors', 'notes.txt'])(
  '%s is none, or part of some',
  (name) => expect(isWeights(name)).toBe(false),
);

test('weights among other files are seen, also by their index alone', () => {
  expect(holdsWeights(['notes.txt', 'training_args.bin', 'notebook.json'])).toBe(false);
  expect(holdsWeights(['run/a.pt', 'notes.txt'])).toBe(true);
  expect(holdsWeights(['c/model.safetensors.index.json'])).toBe(true);
});
