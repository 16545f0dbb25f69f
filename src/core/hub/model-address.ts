/** Where a file of a model's repository is fetched from. */
import type { HubSource, PinnedFile } from '../checkpoint/source';
import { addressOf } from './request';

/**
 * At the commit, so that it is the same file tomorrow; the Hub sends on to wherever it keeps it, by an address that expires.
 * @param endpoint of the Hub or of a mirror
 */
export function addressOfModelFile(endpoint: string, { repo, commit }: Pick<HubSource, 'repo' | 'commit'>, { path }: Pick<PinnedFile, 'path'>): string {
  return addressOf({ endpoint }, ...repo.split('/'), 'resolve', commit, ...path.split('/'));
}
