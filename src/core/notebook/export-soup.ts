/** A soup to take along: its weights, and its recipe for other tools. */
import { failure } from '../errors';
import type { SoupFormat } from '../soup/formats';
import { mergekitConfig } from '../soup/mergekit';
import { pythonScript } from '../soup/script/python-script';
import type { CellOf } from './document';
import { soupModel } from './inputs';
import type { Kitchen } from './kitchen';

/**
 * @param app the page's version
 * @throws soup-not-run, soup-not-linear for mergekit, and what making its weights throws
 */
export async function exportSoupCell(cell: CellOf<'soup'>, format: SoupFormat, kitchen: Kitchen, app: string): Promise<Blob> {
  const { notebook, engine, results, watch } = kitchen;
  const model = soupModel(notebook, cell, results);
  switch (format) {
    case 'weights':
      return engine.exportModel(model, cell.method, watch);
    case 'mergekit':
      return new Blob([mergekitConfig(model)], { type: 'application/yaml' });
    case 'python':
      return new Blob([pythonScript(model, { method: cell.method, convention: cell.convention, dataWindow: dataWindow(cell, kitchen), app })], { type: 'text/x-python' });
  }
}

function dataWindow({ id }: CellOf<'soup'>, { results }: Kitchen): number {
  const result = results.soup(id);
  if (!result) throw failure('soup-not-run', { soup: id });
  return result.fusion?.facts.window ?? Infinity;
}
