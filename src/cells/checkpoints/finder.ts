/** How checkpoints that are not bundled are found: what the cell asks of the page. */
import type { BroughtSource } from '../../core/checkpoint/source';
import type { PickedFile } from '../../core/checkpoint/picked-files';
import type { Revision } from '../../core/hub/models';
import type { Watch } from '../../core/scoring/watch';
import type { CheckpointRef } from '../../core/soup/model';
import type { HubSettings } from '../../core/store/library';

/** A checkpoint that could be added: everything but its weights is here. */
export interface Candidate {
  /** as the person knows it: a revision, a folder */
  name: string;
  source: BroughtSource;
  /** the text of config.json and of tokenizer.json */
  config: string;
  tokenizer: string;
}

/** What the page lends the cell. Each rejects with a failure that says what to do. */
export interface Finder {
  settings(): HubSettings;
  changeSettings(settings: HubSettings): void;
  /** the repository's branches and tags, in the order of training */
  revisions(repo: string, watch: Watch): Promise<Revision[]>;
  /** a revision's files as the Hub announces them; none of the weights is fetched */
  fromHub(repo: string, revision: Pick<Revision, 'name' | 'commit'>, watch: Watch): Promise<Candidate>;
  /** picked files, taken into this browser's store */
  fromFiles(files: PickedFile[], watch: Watch): Promise<Candidate[]>;
  /** a folder's or a file's address; its weights are fetched, since nothing says beforehand what they are */
  fromAddress(address: string, watch: Watch): Promise<Candidate>;
  /** what would become of these, beside those that the cell has: before anything large is fetched */
  judge(candidates: Candidate[], beside: CheckpointRef[]): Promise<Judgement>;
  /** which of these files are in this browser already, by sha256 */
  kept(sha256: string[]): Promise<ReadonlySet<string>>;
  /** whether files may be fetched from where they lie: another server than the Hub's is asked only once the person allowed it */
  allowed(source: BroughtSource): boolean;
  allow(source: BroughtSource): void;
}

export interface Judgement {
  /** why they cannot be merged, or not here */
  refusals: string[];
  warnings: string[];
  /** what they would take: bytes to fetch, room on the disk, memory */
  plan: string[];
}
