/**
 * Greedy soup, Wortsman et al. 2022 (https://arxiv.org/abs/2203.05482, recipe 1): ingredients from the best to the worst, each kept
 * where the uniform soup of those that are kept does not get worse by it.
 */
import type { Selection, Trial } from './merge-method';
import { checked, startingTrials } from './trials';

export const greedy: Selection = {
  kind: 'selection',
  name: 'greedy',
  title: 'Greedy',
  says: 'ingredients are added from the best on while the soup does not get worse',
  paper: 'https://arxiv.org/abs/2203.05482',
  data: 'items-or-text',
  reads: ['share'],
  async choose(ingredients, _parameters, trials, soup) {
    const n = ingredients.length;
    const uniform = (members: number[]): number[] => ingredients.map((_, i) => (members.includes(i) ? 1 / members.length : 0));
    const tried: Trial[] = await startingTrials(n, trials, soup);
    const order = tried.map((_, i) => i).sort((a, b) => tried[a].loss - tried[b].loss);
    let [kept, best] = [[order[0]], tried[order[0]].loss];
    for (const next of order.slice(1)) {
      const members = [...kept, next];
      const loss = checked(await trials.loss(uniform(members)), soup);
      tried.push({ coefficients: uniform(members), loss });
      if (loss <= best) [kept, best] = [members, loss];
    }
    return { coefficients: uniform(kept), tried };
  },
};
