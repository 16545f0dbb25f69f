/** What a notebook says as a terminal may show it: characters that steer a terminal, or turn a line around, are told and not obeyed. */

const steering = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** The text with line breaks as they are and every other character that steers as \u001b. */
export function printable(text: string): string {
  return text.replace(steering, (character) => (character === '\n' ? character : told(character)));
}

/** The same of what stands within a line, such as a title: a line break in it would begin a line that the report did not write. */
export function printableLine(text: string): string {
  return text.replace(steering, told);
}

function told(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
