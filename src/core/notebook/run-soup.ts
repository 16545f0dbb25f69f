/** Running a soup cell: its coefficients by a formula or by trials, or the making of a soup that has none. */
import type { FusionData } from '../merging/fusion';
import { usualParameters, type Combination, type Rule, type Selection } from '../merging/merge-method';
import { methodNamed } from '../merging/merge-methods';
import { perplexityOf } from '../perplexity/perplexity';
import type { Model } from '../soup/model';
import { soupData } from './cells';
import type { CellOf } from './document';
import { failure } from '../errors';
import { fusedModel, modelInputs, textInput } from './inputs';
import type { Kitchen } from './kitchen';
import type { SoupResult } from './results';
import { prepare } from './run-evaluation';
import { scoresOf } from './scores';
import { reportOf, splitByItems, splitByText, type SplitData } from './trials';

type Soup = CellOf<'soup'>;
type Made = Pick<SoupResult, 'coefficients' | 'stderrs'> & Partial<SoupResult>;

/**
 * @param cell stands in the kitchen's notebook, below its ingredients and its text
 * @throws input-needed, input-missing, coefficients-invalid, ingredient-not-checkpoint, and what engine, items and stop throw
 */
export async function runSoup(cell: Soup, kitchen: Kitchen): Promise<SoupResult> {
  const ingredients = modelInputs(kitchen.notebook, cell, cell.ingredients, kitchen.results);
  const base = { kind: 'soup' as const, method: cell.method, ingredients: ingredients.map(({ id }) => id), perplexities: [], temperature: cell.parameters.temperature ?? 1 };
  return { ...base, ...(await made(cell, ingredients, kitchen)) };
}

function made(cell: Soup, ingredients: Model[], kitchen: Kitchen): Promise<Made> {
  const method = methodNamed(cell.method);
  switch (method.kind) {
    case 'rule':
      return byRule(method, cell, ingredients, kitchen);
    case 'selection':
      return bySelection(method, cell, ingredients, kitchen);
    case 'fusion':
      return byFusion(method, cell, ingredients, kitchen);
  }
}

async function byRule(method: Rule, cell: Soup, ingredients: Model[], kitchen: Kitchen): Promise<Made> {
  const scores = method.data === 'text' ? await scoresOf(kitchen, ingredients, await textInput(kitchen.notebook, cell, cell.text, kitchen.items), cell.convention) : [];
  const perplexities = scores.map(({ documents, bytes }) => perplexityOf(documents, bytes));
  return { perplexities, ...method.coefficients(ingredients.map(({ id }) => id), cell.parameters, scores, cell.id) };
}

async function bySelection(method: Selection, cell: Soup, ingredients: Model[], kitchen: Kitchen): Promise<Made> {
  const { data, items } = await splitData(cell, ingredients, kitchen);
  const { coefficients, tried } = await method.choose(ingredients.map(({ id }) => id), cell.parameters, data.trials, cell.id);
  return { coefficients, stderrs: null, ...items, trials: { by: data.by, tried, ...(await reportOf(data, coefficients, tried, ingredients)) } };
}

/** The items a soup was made with, as its result tells them. */
type Items = Pick<SoupResult, 'items'>;

async function splitData(cell: Soup, ingredients: Model[], kitchen: Kitchen): Promise<{ data: SplitData; items: Items }> {
  const share = cell.parameters.share ?? usualParameters.share;
  if (soupData(cell) === 'items') {
    const task = await prepare(itemsOf(cell), kitchen);
    return { data: splitByItems(kitchen, cell.id, ingredients, task, share), items: { items: { task: task.asked.task, sha256: task.asked.sha256 } } };
  }
  const text = await textInput(kitchen.notebook, cell, cell.text, kitchen.items);
  return { data: splitByText(kitchen, cell.id, ingredients, text, cell.convention, share), items: {} };
}

async function byFusion(method: Combination, cell: Soup, ingredients: Model[], kitchen: Kitchen): Promise<Made> {
  const { data, items } = await fusionData(cell, kitchen);
  const recipe = method.fusion(cell.parameters, data, cell.id);
  const facts = await kitchen.engine.fuse(fusedModel(cell.id, ingredients, recipe), kitchen.watch);
  return { coefficients: facts.shares, stderrs: null, ...items, fusion: { recipe, facts } };
}

async function fusionData(cell: Soup, kitchen: Kitchen): Promise<{ data: FusionData; items: Items }> {
  if (soupData(cell) === 'items') {
    const { items, asked } = await prepare(itemsOf(cell), kitchen);
    return { data: { items }, items: { items: { task: asked.task, sha256: asked.sha256 } } };
  }
  return { data: { text: await textInput(kitchen.notebook, cell, cell.text, kitchen.items), convention: cell.convention }, items: {} };
}

function itemsOf({ id, items }: Soup): NonNullable<Soup['items']> {
  if (!items) throw failure('input-needed', { cell: id, wanted: 'items' });
  return items;
}
