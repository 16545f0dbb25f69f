import { expect, test } from 'vitest';
import { withEndpoint } from './hub-settings';

const settings = { endpoint: 'https://huggingface.co', token: 'hf_mine' };

test('a token stays where it was meant for', () => {
  expect(withEndpoint(settings, 'https://huggingface.co/')).toEqual({ endpoint: 'https://huggingface.co/', token: 'hf_mine' });
});

test.each(['https://hf-mirror.com', 'https://huggingface.co.evil.example', 'https://huggingface.co:8443'])('and does not follow to %s', (endpoint) => {
  expect(withEndpoint(settings, endpoint)).toEqual({ endpoint });
});
