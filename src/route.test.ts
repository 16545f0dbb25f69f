import { describe, expect, test } from 'vitest';
import { hashOf, routeOf, type Route } from './route';

describe('an address', () => {
  test.each<[string, Route]>([
    ['', { kind: 'last' }],
    ['#', { kind: 'last' }],
    ['#notebooks', { kind: 'home' }],
    ['#notebook=04aeb5cd-1e57-4a77-b3e8-1542c7d9f9d9', { kind: 'notebook', id: '04aeb5cd-1e57-4a77-b3e8-1542c7d9f9d9' }],
    ['#notebook=open', { kind: 'notebook', id: 'open' }],
    ['#lesson=first-soup', { kind: 'lesson', name: 'first-soup' }],
    ['#v1=eJzt', { kind: 'link', fragment: 'v1=eJzt' }],
    ['#notebook=../../x', { kind: 'link', fragment: 'notebook=../../x' }],
  ])('%s', (hash, route) => {
    expect(routeOf(hash)).toEqual(route);
    expect(routeOf(hashOf(route))).toEqual(route);
  });
});
