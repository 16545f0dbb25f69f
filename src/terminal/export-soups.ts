/** Every soup of a notebook as files. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportSoupCell } from '../core/notebook/export-soup';
import type { Kitchen } from '../core/notebook/kitchen';
import { soupExtensions, type SoupFormat } from '../core/soup/formats';
import appPackage from '../../package.json' with { type: 'json' };

/** @param folder is made where it is not there; a soup's files have its name, of which all characters are fit for one */
export async function exportSoups(folder: string, kitchen: Kitchen): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const cell of kitchen.notebook.cells) {
    if (cell.kind !== 'soup') continue;
    const formats: SoupFormat[] = ['weights', 'python', ...(kitchen.results.soup(cell.id)?.fusion ? [] : ['mergekit' as const])];
    for (const format of formats) {
      const file = await exportSoupCell(cell, format, kitchen, appPackage.version);
      await writeFile(join(folder, `${cell.id}.${soupExtensions[format]}`), Buffer.from(await file.arrayBuffer()));
    }
  }
}
