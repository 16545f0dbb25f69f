/**
 * Checkpoints of real vocabulary and depth in every form that transformers saves, against each other and against transformers:
 *
 *     python reference/saved_checkpoints.py FOLDER; PYTHON_WITH_4 reference/saved_checkpoints.py FOLDER
 *     npx tsx reference/check-saved.ts FOLDER
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseConfig } from '../src/core/checkpoint/config';
import { fixedTokens } from '../src/core/scoring/fixed-model';
import { nodeBackend } from '../src/terminal/node-engine';
import { loadOnly, scoreRows } from './fixed-scores';
import { fileNames, forms, openForm, tensorsOf } from './saved-forms';

const root = process.argv[2];
const expected = JSON.parse(readFileSync(join(root, 'nll.json'), 'utf8')) as Record<string, Record<string, number[]>>;
let wrong = 0;

for (const [model, types] of Object.entries(expected)) {
  const config = parseConfig(readFileSync(join(root, model, 'config-transformers-5.json'), 'utf8'), model);
  for (const [type, nll] of Object.entries(types)) {
    const folder = join(root, model, type);
    const tensors = JSON.stringify(await tensorsOf(await openForm(folder, forms[0], config)));
    for (const form of forms.slice(1)) {
      const same = JSON.stringify(await tensorsOf(await openForm(folder, form, config))) === tensors;
      console.log(`${model}, ${type}: ${form} (${fileNames(folder, form).length}) has ${same ? 'the same bits' : 'OTHER BITS'}`);
      if (!same) wrong++;
    }
    const backend = nodeBackend();
    await loadOnly(backend, config, await openForm(folder, forms[0], config));
    const found = await scoreRows(backend, config, fixedTokens('saved', nll.length + 1, config.vocab_size), nll.length);
    await backend.close();
    const farthest = Math.max(...nll.map((value, i) => Math.abs(found[i] - value) / Math.max(1, value)));
    console.log(`${model}, ${type}: largest difference of a token's NLL ${farthest.toExponential(1)}`);
    if (!(farthest <= 1e-4)) wrong++;
  }
}
if (wrong) throw new Error(`${wrong} checks failed`);
