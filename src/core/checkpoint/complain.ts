/** Makes the failure that a format has for a file: what was found in it, and what would be right. */
export type Complain = (found: string, allowed: string) => Error;
