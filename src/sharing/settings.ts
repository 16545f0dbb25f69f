/** What was set in a cell, in words for those who only read it. */
import { tasks, taskTitle } from '../core/evaluation/tasks';
import { count } from '../core/count';
import { mergeMethods } from '../core/merging/merge-methods';
import { sha256OfText } from '../core/notebook/cells';
import type { Cell, CellKind, CellOf, EvaluationTask, ItemsRef } from '../core/notebook/document';
import { utf8Length, type Split } from '../core/perplexity/documents';
import type { Convention } from '../core/perplexity/windows';

export type Setting = [what: string, value: string];

const splits: Record<Split, string> = {
  none: 'one',
  'blank-lines': 'one between blank lines',
  separator: 'one between separator lines',
  'json-lines': 'one on each line, as JSON',
};

const settings: { [K in CellKind]: (cell: CellOf<K>) => Setting[] } = {
  note: () => [],
  checkpoints: ({ checkpoints }) => checkpoints.map(({ id, source, sha256 }) => [id, `${Object.values(source).join(', ')}; sha256 ${sha256}`]),
  text: (cell) => (cell.items ? textOfItems(cell.items, cell.paradigm) : writtenText(cell)),
  perplexity: ({ models, texts, convention }) => [['Models', models.join(', ')], ['Texts', texts.join(', ')], conventionOf(convention)],
  soup: ({ method, ingredients, text, parameters, convention }) => [
    ['Method', `${mergeMethods[method].title} (${mergeMethods[method].paper})`],
    ['Ingredients', ingredients.join(', ')],
    ...(mergeMethods[method].needsText ? ([['Text', text ?? 'none'], ['Temperature', String(parameters.temperature ?? 1)], conventionOf(convention)] as Setting[]) : []),
  ],
  sweep: ({ between, text, points, convention }) => [['Between', between.join(' and ')], ['Text', text], ['Places', String(points)], conventionOf(convention)],
  evaluation: ({ models, tasks }) => [['Models', models.join(', ')], ...tasks.map((task): Setting => [taskTitle(task.name), askedOf(task)])],
};

/** The cast is sound because `settings` maps each kind to its own cells. */
export function settingsOf(cell: Cell): Setting[] {
  return settings[cell.kind](cell as never);
}

function conventionOf(convention: Convention): Setting {
  return ['Convention', convention.kind === 'rolling' ? 'rolling, as lm-evaluation-harness has it' : `strided by ${convention.stride} tokens`];
}

function writtenText(cell: CellOf<'text'>): Setting[] {
  const bytes = cell.text === '' && cell.withheld ? cell.withheld.bytes : utf8Length(cell.text);
  return [['Length', `${count(bytes)} bytes`], ['sha256', sha256OfText(cell)], ['Documents', splits[cell.split]]];
}

function textOfItems(items: NonNullable<CellOf<'text'>['items']>, paradigm: CellOf<'text'>['paradigm']): Setting[] {
  const which = `${items.limit === null ? 'all' : `the first ${count(items.limit)}`}${items.skip > 0 ? ` after ${count(items.skip)}` : ''}`;
  const front = { raw: 'nothing', 'zero-shot': 'the instruction', 'few-shot': `${items.shots} demonstrations and the instruction` }[paradigm];
  const scored: Setting[] = paradigm === 'raw' ? [] : [['Scored', items.scored === 'own' ? 'the items’ own words' : 'all of it']];
  return [['Items', `${taskTitle(items.name)}, ${which}, without their answers`], ['In front', front], ...scored, ...pinOf(items)];
}

function askedOf(task: EvaluationTask): string {
  const shots = task.shots > 0 ? [`${task.shots} demonstrations drawn with seed ${task.seed}`] : [];
  const source = Object.hasOwn(tasks, task.name) ? [`${tasks[task.name].licence}; ${tasks[task.name].citation}`] : [];
  return [task.limit === null ? 'all items' : `the first ${count(task.limit)} items`, ...shots, ...pinOf(task).map((pin) => pin.join(' ')), ...source].join('; ');
}

function pinOf({ sha256, commit }: Pick<ItemsRef, 'sha256' | 'commit'>): Setting[] {
  return [...(sha256 === null ? [] : [['items’ sha256', sha256] as Setting]), ...(commit === null ? [] : [['commit on the Hugging Face Hub', commit] as Setting])];
}
