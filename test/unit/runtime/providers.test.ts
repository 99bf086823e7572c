import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../../src/runtime/providers/messages.ts';
import { parseMetadata } from '../../../src/runtime/providers/metadata.ts';

describe('what a provider says', () => {
  it('is one JSON object in a line', () => {
    expect(parseMessage('{"type":"info","message":"half way"}')).toEqual({ type: 'info', text: 'half way' });
    expect(parseMessage('{"type":"setenv","message":"URL=tcp://a?b=c"}')).toEqual({
      type: 'setenv',
      name: 'URL',
      value: 'tcp://a?b=c',
    });
    expect(parseMessage('{"type":"rawsetenv","message":"KEY="}')).toEqual({
      type: 'rawsetenv',
      name: 'KEY',
      value: '',
    });
  });

  it('is refused when it is anything else', () => {
    const lines = [
      'hello',
      '[]',
      'null',
      '{}',
      '{"type":"setenv","message":"URL"}',
      '{"type":"setenv","message":"=x"}',
    ];
    expect(lines.map(parseMessage)).toEqual(lines.map(() => undefined));
    expect(parseMessage('{"type":"get-service-config"}')).toBeUndefined();
    expect(parseMessage('{"type":"info","message":3}')).toBeUndefined();
  });
});

describe('the metadata of a provider', () => {
  it('tells which options each command takes', () => {
    const text = '{"description":"x","up":{"parameters":[{"name":"size","required":true}]},"stop":{}}';
    expect(parseMetadata(text)).toEqual({ up: [{ name: 'size', required: true }], down: [], stop: [] });
  });

  it('counts as none when it is empty or no JSON', () => {
    expect(['', 'usage: x', '{}', '[]', '{"up":{}}'].map(parseMetadata)).toEqual(Array(5).fill(undefined));
  });
});
