import { describe, expect, it } from 'vitest';
import { type Options, parseOptions } from '../../../bench/options.mjs';

const parse = (...argv: string[]) => parseOptions(argv) as Options;

describe('the options of npm run bench', () => {
  it('measures everything five times by default', () => {
    const { rounds, startRounds, groups, stacks, tools } = parse();
    expect({ rounds, startRounds }).toEqual({ rounds: 5, startRounds: 20 });
    expect([...groups]).toEqual(['start-up', 'plan', 'up', 'up-again', 'ps', 'down']);
    expect([...stacks]).toEqual([
      'wide-1',
      'wide-10',
      'wide-50',
      'chain-10',
      'star-10-healthy',
      'chain-10-healthy',
    ]);
    expect([...tools]).toEqual(['flotilla', 'fast', 'compose', 'raw', 'native', 'floor']);
  });

  it('leaves the slow stacks out of a quick run, unless they are named', () => {
    expect([...parse('--quick').stacks]).toEqual(['wide-1', 'wide-10', 'chain-10', 'star-10-healthy']);
    expect([...parse('--quick', '--only', 'wide-50').stacks]).toEqual(['wide-50']);
  });

  it('measures the largest stack only when it is named', () => {
    expect([...parse('--only', 'wide-200').stacks]).toEqual(['wide-200']);
  });

  it('takes operations and stacks in one list', () => {
    const both = parse('--only', 'up,start-up,wide-10');
    expect([...both.groups]).toEqual(['start-up', 'up']);
    expect([...both.stacks]).toEqual(['wide-10']);
  });

  it('leaves start-up out when only stacks are named', () => {
    expect([...parse('--only', 'wide-10').groups]).toEqual(['up', 'up-again', 'ps', 'down']);
  });

  it('names what there is when a word is unknown', () => {
    expect(() => parse('--only', 'stop')).toThrowErrorMatchingInlineSnapshot(
      `[UsageError: --only "stop": there are start-up, plan, up, up-again, ps, down, wide-1, wide-10, wide-50, chain-10, star-10-healthy, chain-10-healthy, wide-200.]`,
    );
    expect(() => parse('--rounds', 'many')).toThrowErrorMatchingInlineSnapshot(
      `[UsageError: --rounds "many" is not a whole number above 0.]`,
    );
  });
});
