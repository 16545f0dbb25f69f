/** Finding checkpoints, for the page: what does it is loaded when somebody looks for one. */
import type { Finder } from '../cells/checkpoints/finder';
import { allowOrigin, mayFetch } from './allowed-origins';
import { onDemand } from './on-demand';
import { browserStore } from './store';

const finding = () => onDemand(() => import('./finding'));

export const browserFinder: Finder = {
  settings: () => browserStore.settings,
  // they are the store's at once; a worker that died meanwhile is told when it starts anew
  changeSettings: (settings) => void browserStore.changeSettings(settings).catch(() => undefined),
  revisions: async (repo, watch) => (await finding()).revisions(repo, watch),
  fromHub: async (repo, revision, watch) => (await finding()).fromHub(repo, revision, watch),
  fromFiles: async (files, watch) => (await finding()).fromFiles(files, watch),
  fromAddress: async (address, watch) => (await finding()).fromAddress(address, watch),
  judge: async (candidates, beside) => (await finding()).judge(candidates, beside),
  kept: (sha256) => browserStore.which(sha256),
  allowed: mayFetch,
  allow: (source) => source.kind === 'url' && allowOrigin(source.base),
};
