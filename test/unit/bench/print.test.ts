import { describe, expect, it } from 'vitest';
import { pageWith, textOf } from '../../../bench/print.mjs';
import type { Figures } from '../../../bench/report.mjs';

const run = (wallMs: number, cpuMs = 40, peakMb = 50) => ({ wallMs, cpuMs, peakMb });

const figures: Figures = {
  format: 1,
  facts: {
    date: '2026-11-23 09:00',
    processor: 'Some CPU',
    cores: 2,
    memoryGb: 25,
    system: 'Debian 12',
    kernel: '6.1',
    engine: 'Docker Engine 20.10',
    node: 'v20.20.2',
    tools: { flotilla: '0.1.0', 'docker compose': '2.40.3' },
    load: 0.1,
    idlePercent: 99,
    restlessPercent: 0,
    busy: false,
  },
  tools: [
    { name: 'flotilla', title: 'flotilla' },
    { name: 'compose', title: 'docker compose' },
    { name: 'raw', title: 'raw API' },
  ],
  rows: [
    {
      id: 'up/wide-10',
      group: 'up',
      title: '10 services',
      budget: { against: 'raw', ratio: 1.05 },
      runs: {
        flotilla: [run(2000), run(2200), run(4000)],
        compose: [run(2100), { failed: 'exit code 1' }, run(4100)],
        raw: [run(1600), run(2000), run(3600)],
      },
    },
    {
      id: 'ps/wide-10',
      group: 'ps',
      title: '10 services',
      budget: { against: 'compose', ratio: 1 },
      runs: { flotilla: [run(50)], compose: [run(50)], raw: [{ failed: 'no answer' }] },
    },
  ],
  notes: [],
};

describe('the report of the benchmarks', () => {
  it('shows medians, extremes, ratios, budgets and how many runs count', () => {
    expect(textOf(figures)).toMatchInlineSnapshot(`
      "2026-11-23 09:00 UTC; 2 cores, Some CPU, 25 GB; Debian 12, Linux 6.1
      Docker Engine 20.10; Node v20.20.2
      flotilla 0.1.0; docker compose 2.40.3
      before: load average 0.1, 99 % of the processors idle; not quiet in 0 % of the pauses between runs
      FAILED 1 of 3: up/wide-10 by docker compose: exit code 1
      FAILED 1 of 1: ps/wide-10 by raw API: no answer

      up -d, from nothing (milliseconds)
                            flotilla     docker compose            raw API   flotilla / compose   flotilla / raw                budget    runs
      10 services   2200 (2000-4000)   3100 (2100-4100)   2000 (1600-3600)                 0.96             1.11   1.05 of raw: MISSED   3/2/3

      ps (milliseconds)
                      flotilla   docker compose   raw API   flotilla / compose   flotilla / raw               budget    runs
      10 services   50 (50-50)       50 (50-50)    failed                 1.00                -   1 of compose: kept   1/1/0

      The program's own processor time (milliseconds) and largest memory (MB)
                        flotilla: CPU   docker compose: CPU   raw API: CPU   flotilla: memory   docker compose: memory   raw API: memory
      up: 10 services              40                    40             40                 50                       50                50
      ps: 10 services              40                    40              -                 50                       50                 -

      What stays while a stack is up: memory of the monitor for each container, and of the supervisor (MB)
                    flotilla: monitor   docker compose: monitor   raw API: monitor
      10 services                   -                         -                  -
      "
    `);
  });

  it('says when figures cannot be trusted and what is missing', () => {
    const doubtful = {
      ...figures,
      facts: { ...figures.facts, busy: true },
      notes: ['MISSING compose: not found'],
      rows: [],
    };
    expect(textOf(doubtful)).toMatchInlineSnapshot(`
      "2026-11-23 09:00 UTC; 2 cores, Some CPU, 25 GB; Debian 12, Linux 6.1
      Docker Engine 20.10; Node v20.20.2
      flotilla 0.1.0; docker compose 2.40.3
      before: load average 0.1, 99 % of the processors idle; not quiet in 0 % of the pauses between runs
      INDICATIVE ONLY: others were at work on this machine while it was measured
      MISSING compose: not found

      The program's own processor time (milliseconds) and largest memory (MB)
         flotilla: CPU   docker compose: CPU   raw API: CPU   flotilla: memory   docker compose: memory   raw API: memory
      "
    `);
  });

  it('replaces what is between the markers of a page, and only that', () => {
    const page = 'Before\n<!-- figures: begin -->\nold\n<!-- figures: end -->\nAfter\n';
    const updated = pageWith(page, { ...figures, rows: figures.rows.slice(1) });
    expect(updated).toMatchInlineSnapshot(`
      "Before
      <!-- figures: begin -->
      - 2026-11-23 09:00 UTC; 2 cores, Some CPU, 25 GB; Debian 12, Linux 6.1
      - Docker Engine 20.10; Node v20.20.2
      - flotilla 0.1.0; docker compose 2.40.3
      - before: load average 0.1, 99 % of the processors idle; not quiet in 0 % of the pauses between runs
      - FAILED 1 of 1: ps/wide-10 by raw API: no answer

      ### ps (milliseconds)

      |  | flotilla | docker compose | raw API | flotilla / compose | flotilla / raw | budget | runs |
      | --- | --: | --: | --: | --: | --: | --: | --: |
      | 10 services | 50 (50-50) | 50 (50-50) | failed | 1.00 | - | 1 of compose: kept | 1/1/0 |

      ### The program's own processor time (milliseconds) and largest memory (MB)

      |  | flotilla: CPU | docker compose: CPU | raw API: CPU | flotilla: memory | docker compose: memory | raw API: memory |
      | --- | --: | --: | --: | --: | --: | --: |
      | ps: 10 services | 40 | 40 | - | 50 | 50 | - |
      <!-- figures: end -->
      After
      "
    `);
    expect(pageWith(updated, { ...figures, rows: figures.rows.slice(1) })).toBe(updated);
  });

  it('refuses a page without markers', () => {
    expect(() => pageWith('nothing', figures)).toThrowErrorMatchingInlineSnapshot(
      `[Error: The page has no "<!-- figures: begin -->" with "<!-- figures: end -->" after it.]`,
    );
  });
});
