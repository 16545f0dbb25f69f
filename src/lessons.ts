/** The notebooks that come with the page, in the order in which to take them; the first is what a newcomer sees. */
export const lessons = [
  { name: 'first-soup', title: 'First soup', words: 'Two checkpoints, a text, and the question whether their average predicts it better. Five minutes.' },
  { name: 'what-scores-say', title: 'What scores say', words: 'A whole training run answers 300 questions: which differences mean anything? Ten minutes.' },
  { name: 'methods', title: 'Methods side by side', words: 'Six ways of merging on the same checkpoints, held against what the paper claims. Twenty minutes.' },
];
