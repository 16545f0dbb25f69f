/** Which of two stretches of a passage comes next? In the bundled set each stretch is right once and wrong once. */
import { own } from './own';
import type { Task } from './task';

export const continuation: Task = {
  ...own,
  name: 'continuation',
  title: 'Continuation',
  instruction: 'Say how the passage goes on.',
  item(row) {
    const item = own.item(row);
    return item && { ...item, cluster: item.choices.map(({ continuation }) => continuation).join('|') };
  },
};
