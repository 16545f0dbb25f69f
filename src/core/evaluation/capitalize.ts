/** Python's `str.capitalize`: the first character in title case, the others in lower case. */

/** The characters that Unicode has in title case apart from upper case (general category Lt). */
const titles = [...'ǅǈǋǲᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ'];
const titleOf = new Map(titles.flatMap((title) => [title, title.toLowerCase(), title.toUpperCase()].map((form) => [form, title])));

export function capitalize(text: string): string {
  const [first = ''] = text;
  return titleCase(first) + text.toLowerCase().slice(first.toLowerCase().length);
}

/** Georgian has capitals since Unicode 11, for whole words in capitals alone. */
function titleCase(character: string): string {
  if (/\p{Script=Georgian}/u.test(character)) return character;
  const [upper = '', ...rest] = character.toUpperCase();
  return titleOf.get(character) ?? upper + rest.join('').toLowerCase();
}
