/** Values as Python writes them. */

export type PythonValue = string | number | boolean | null | PythonValue[] | { [name: string]: PythonValue };

/**
 * JSON's escapes of strings are Python's too, so a name cannot leave its quotation marks, whatever it holds. Objects become
 * dictionaries, one entry a line where they are not empty and `indent` is given.
 */
export function pythonLiteral(value: PythonValue, indent?: string): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number') return pythonNumber(value);
  if (typeof value === 'string') return JSON.stringify(value);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const deeper = indent === undefined ? undefined : `${indent}    `;
  const entries = Array.isArray(value) ? value.map((each) => pythonLiteral(each, deeper)) : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${pythonLiteral(each)}`);
  if (indent === undefined || entries.length === 0) return `${open}${entries.join(', ')}${close}`;
  return `${open}\n${entries.map((entry) => `${deeper}${entry},\n`).join('')}${indent}${close}`;
}

function pythonNumber(value: number): string {
  return Number.isFinite(value) ? String(value) : `float("${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}")`;
}
