/** What the address names: the part after “#”, which no server sees. */

export type Route =
  /** nothing: the notebook that was open last, or the first lesson */
  | { kind: 'last' }
  | { kind: 'home' }
  | { kind: 'notebook'; id: string }
  /** a notebook that is in the address itself (core/link) */
  | { kind: 'link'; fragment: string };

export function routeOf(hash: string): Route {
  const fragment = hash.replace(/^#/, '');
  const id = /^notebook=([\w-]{1,64})$/.exec(fragment)?.[1];
  if (id !== undefined) return { kind: 'notebook', id };
  if (fragment === '') return { kind: 'last' };
  return fragment === 'notebooks' ? { kind: 'home' } : { kind: 'link', fragment };
}

export function hashOf(route: Route): string {
  switch (route.kind) {
    case 'last':
      return '';
    case 'home':
      return '#notebooks';
    case 'notebook':
      return `#notebook=${route.id}`;
    case 'link':
      return `#${route.fragment}`;
  }
}
