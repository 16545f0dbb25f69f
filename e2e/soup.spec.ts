/** The soup as a file, on both backends: PyTorch's average, with its recipe inside. */
import { expect, test } from './fixtures';
import { bundled, smallNotebook } from './notebooks';
import { cell, downloadFrom, importNotebook, openPage, runAll } from './page';
import { parseSoup, soupMismatches } from './soup-file';

test('the downloaded soup is the golden average and tells its recipe', async ({ page }, info) => {
  await openPage(page);
  await importNotebook(page, smallNotebook());
  await runAll(page);
  await expect(page.locator('[data-backend]')).toHaveAttribute('data-backend', info.project.name);
  const { name, bytes } = await downloadFrom(page, () => cell(page, 'uniform').getByRole('button', { name: 'Download the soup' }).click());
  expect(name).toBe('uniform.safetensors');
  const soup = parseSoup(bytes);
  expect(soup.metadata.format, 'what transformers asks for').toBe('pt');
  expect(JSON.parse(soup.metadata['stockpot.recipe'])).toEqual({
    soup: 'uniform',
    method: 'uniform',
    ingredients: ['step7000', 'step8000'].map((id) => ({ checkpoint: id, sha256: bundled(id).sha256, coefficient: 0.5 })),
  });
  expect(soupMismatches(soup)).toEqual([]);

  const [last] = [...soup.tensors.keys()].slice(-1);
  const values = soup.tensors.get(last) ?? new Float32Array();
  values[values.length - 1] += 1;
  expect(soupMismatches(soup), 'a changed value is noticed').toEqual([`${last} differs`]);
});
