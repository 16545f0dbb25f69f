/** What a record has under a name, and nothing of what every object has: a model may be called “constructor”. */
export function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
