/** The notebooks that come with the page, in the order in which to take them; the first is what a newcomer sees. */
export const lessons = [
  { name: 'first-soup', title: 'First soup' },
  { name: 'what-scores-say', title: 'What scores say' },
];
