/** What stands above a cell, laid out for choosing, and what a cell's list of names comes to. */
import { withToggled, type Choice } from '../../core/notebook/choices';

/** What a cell can name. */
export interface Choices {
  /** checkpoints cells, each followed by its checkpoints, and soups */
  models: Choice[];
  texts: Choice[];
}

/** A checkpoints cell: it stands for all of its checkpoints. */
export interface CheckpointList {
  name: string;
  title: string;
  checkpoints: string[];
}

/** The checkpoints cells among the choices. */
export function listsOf(choices: Choice[]): CheckpointList[] {
  const lists: CheckpointList[] = [];
  for (const { name, title, kind } of choices) {
    if (kind === 'checkpoints') lists.push({ name, title: title || name, checkpoints: [] });
    if (kind === 'checkpoint') lists.at(-1)?.checkpoints.push(name);
  }
  return lists;
}

/** Names with that of a checkpoints cell replaced by its checkpoints, each once; names that nothing above bears are left out. */
export function expanded(names: string[], choices: Choice[]): string[] {
  const lists = new Map(listsOf(choices).map((list) => [list.name, list.checkpoints]));
  const known = names.filter((name) => choices.some((choice) => choice.name === name));
  return [...new Set(known.flatMap((name) => lists.get(name) ?? [name]))];
}

/** Names that nothing above bears: what they stood for was deleted, or stands below. */
export function missingFrom(names: string[], choices: Choice[]): string[] {
  return [...new Set(names)].filter((name) => !choices.some((choice) => choice.name === name));
}

/**
 * The list after a name was pressed. A checkpoints cell takes the place of its checkpoints; one checkpoint less of a whole cell
 * leaves the others by name.
 */
export function withPressed(names: string[], pressed: string, choices: Choice[]): string[] {
  const own = new Set(names);
  const list = listsOf(choices).find(({ name, checkpoints }) => name === pressed || checkpoints.includes(pressed));
  if (list?.name === pressed && !own.has(pressed)) return withToggled([...own].filter((name) => !list.checkpoints.includes(name)), pressed, choices);
  if (list && list.name !== pressed && own.has(list.name)) {
    return [...new Set([...own].flatMap((name) => (name === list.name ? list.checkpoints : [name])))].filter((name) => name !== pressed);
  }
  return withToggled([...own], pressed, choices);
}

/** What is chosen, in words; a checkpoints cell of many is told as one. */
export function chosenInWords(names: string[], choices: Choice[], few = 3): string {
  const long = listsOf(choices).filter(({ name, checkpoints }) => names.includes(name) && checkpoints.length > few);
  const told = long.map(({ title, checkpoints }) => `all ${checkpoints.length} of ${title}`);
  const covered = new Set(long.flatMap(({ checkpoints }) => checkpoints));
  return inWords([...told, ...expanded(names, choices).filter((name) => !covered.has(name))]);
}

/** The ends of a line: its first and its last model, also where a name stands for nothing. */
export function endsInWords(between: string[], choices: Choice[]): string {
  const named = between.flatMap((name) => (missingFrom([name], choices).length ? [name] : expanded([name], choices)));
  const models = [...new Set(named)];
  return models.length > 1 ? `${models[0]} to ${models[models.length - 1]}` : 'without two ends';
}

/** Some names in words, no more than a line or two. */
export function inWords(names: string[], most = 6): string {
  return names.length <= most + 1 ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}
