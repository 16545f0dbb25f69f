/** What a person typed or pasted for a repository. */

/** `owner/name`, also out of an address of one of its pages, such as `https://huggingface.co/owner/name/tree/step1000`. */
export function repositoryIn(text: string): string {
  const path = text.trim().replace(/^(https?:\/\/[^/]*|huggingface\.co|hf\.co)\//, '').replace(/[?#].*$/, '');
  return path.split('/').slice(0, 2).join('/');
}
