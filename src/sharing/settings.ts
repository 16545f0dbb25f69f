/** What was set in a cell, in words for those who only read it. */
import { tasks, taskTitle } from '../core/evaluation/tasks';
import { count } from '../core/count';
import { mergeMethods } from '../core/merging/merge-methods';
import type { MethodParameters } from '../core/merging/merge-method';
import { parametersOf, sha256OfText, soupData } from '../core/notebook/cells';
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
  soup: (cell) => [
    ['Method', `${mergeMethods[cell.method].title} (${mergeMethods[cell.method].paper})`],
    ['Ingredients', cell.ingredients.join(', ')],
    ...Object.entries(parametersOf(cell)).map(([name, value]): Setting => [parameterNames[name as keyof MethodParameters], String(value)]),
    ...dataOf(cell),
  ],
  sweep: ({ between, over, text, points, convention }) => [
    ...({ line: [['Between', between.join(' and ')], ['Places', String(points)]], pairs: [['Every pair of', between.join(', ')]], lengths: [['The last one to four of', between.join(', ')]] }[over] as Setting[]),
    ['Text', text],
    conventionOf(convention),
  ],
  evaluation: ({ models, tasks }) => [['Models', models.join(', ')], ...tasks.map((task): Setting => [taskTitle(task.name), askedOf(task)])],
  comparison: ({ groups, methods, text, items, texts, tasks }) => [
    ['Ingredients', groups.map((group) => group.join(' + ')).join('; ')],
    ['Methods', methods.map((method) => mergeMethods[method].title).join(', ')],
    ['Made with', [text ?? 'no text', ...(items ? [`${taskTitle(items.name)}: ${askedOf(items)}`] : [])].join('; ')],
    ['Texts', texts.join(', ')],
    ...tasks.map((task): Setting => [taskTitle(task.name), askedOf(task)]),
  ],
};

const parameterNames: Record<keyof MethodParameters, string> = {
  coefficients: 'Coefficients',
  temperature: 'Temperature',
  last: 'How many of the last',
  decay: 'Decay',
  share: 'Share that selects',
  estimator: 'Estimator',
  examples: 'Examples at most',
  floor: 'Floor',
  normalise: 'Normalised',
  scale: 'Off-diagonal entries times',
  ridge: 'Ridge',
  seed: 'Seed of what is drawn',
};

function dataOf(cell: CellOf<'soup'>): Setting[] {
  const data = soupData(cell);
  if (data === 'text') return [['Text', cell.text ?? 'none'], conventionOf(cell.convention)];
  return data === 'items' && cell.items ? [['Items', `${taskTitle(cell.items.name)}: ${askedOf(cell.items)}`]] : [];
}

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

function whichOf({ limit, skip }: Pick<EvaluationTask, 'limit' | 'skip'>): string {
  return `${limit === null ? 'all' : `the first ${count(limit)}`}${skip > 0 ? ` after ${count(skip)}` : ''}`;
}

function textOfItems(items: NonNullable<CellOf<'text'>['items']>, paradigm: CellOf<'text'>['paradigm']): Setting[] {
  const which = whichOf(items);
  const front = { raw: 'nothing', 'zero-shot': 'the instruction', 'few-shot': `${items.shots} demonstrations and the instruction` }[paradigm];
  const scored: Setting[] = paradigm === 'raw' ? [] : [['Scored', items.scored === 'own' ? 'the items’ own words' : 'all of it']];
  return [['Items', `${taskTitle(items.name)}, ${which}, without their answers`], ['In front', front], ...scored, ...pinOf(items)];
}

function askedOf(task: EvaluationTask): string {
  const shots = task.shots > 0 ? [`${task.shots} demonstrations drawn with seed ${task.seed}`] : [];
  const source = Object.hasOwn(tasks, task.name) ? [`${tasks[task.name].licence}; ${tasks[task.name].citation}`] : [];
  return [`${whichOf(task)} items`, ...shots, ...pinOf(task).map((pin) => pin.join(' ')), ...source].join('; ');
}

function pinOf({ sha256, commit }: Pick<ItemsRef, 'sha256' | 'commit'>): Setting[] {
  return [...(sha256 === null ? [] : [['items’ sha256', sha256] as Setting]), ...(commit === null ? [] : [['commit on the Hugging Face Hub', commit] as Setting])];
}
