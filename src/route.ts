/** What the address names: the part after “#”, which no server sees. */

export type Route =
  /** nothing: the notebook that was open last, or the first lesson */
  | { kind: 'last' }
  | { kind: 'home' }
  | { kind: 'notebook'; id: string }
  /** as it comes with the page; nothing of it is kept yet */
  | { kind: 'lesson'; name: string }
  /** a notebook that is in the address itself (core/link) */
  | { kind: 'link'; fragment: string };

export function routeOf(hash: string): Route {
  const fragment = hash.replace(/^#/, '');
  const id = /^notebook=([\w-]{1,64})$/.exec(fragment)?.[1];
  if (id !== undefined) return { kind: 'notebook', id };
  const name = /^lesson=([\w-]{1,64})$/.exec(fragment)?.[1];
  if (name !== undefined) return { kind: 'lesson', name };
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
    case 'lesson':
      return `#lesson=${route.name}`;
    case 'link':
      return `#${route.fragment}`;
  }
}
