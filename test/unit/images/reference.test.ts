import { expect, it } from 'vitest';
import { isImageReference } from '../../../src/core/image-reference.ts';

const hash = 'a'.repeat(64);

it.each([
  'busybox',
  'lib/app_one:1.2-rc',
  'localhost:5000/a/b__c/d:latest',
  '127.0.0.1:1/none',
  '[::1]:5000/app',
  `registry.example.org/app:1@sha256:${hash}`,
  `sha256:${hash}`,
  hash,
])('takes %j for an image reference', (text) => {
  expect(isImageReference(text)).toBe(true);
});

it.each([
  '',
  'UPPER',
  'UPPER//x::y',
  'a:',
  'a b',
  '/a',
  'a/',
  'a:-tag',
  'a@sha256:12',
  `a:${'t'.repeat(129)}`,
  'https://host/a',
])('does not take %j for one', (text) => {
  expect(isImageReference(text)).toBe(false);
});
