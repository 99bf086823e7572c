import { describe, expect, it } from 'vitest';
import { composeFile, engineRequests, floorLines, makeStack } from '../../../bench/stack.mjs';

describe('the stacks of the benchmarks', () => {
  it('gives a health check only to services that others wait for', () => {
    const probed = makeStack('chain', 3, 'service_healthy').services.map((service) => service.probed);
    expect(probed).toEqual([true, true, false]);
  });

  it('are named by shape, number and gate', () => {
    expect(makeStack('star', 10, 'service_healthy').name).toBe('star-10-healthy');
    expect(makeStack('wide', 1).name).toBe('wide-1');
  });

  it('are written as a Compose file for the tools', () => {
    expect(composeFile(makeStack('star', 2, 'service_healthy'), 'localhost/busybox')).toMatchInlineSnapshot(`
      "services:
        s1:
          image: localhost/busybox
          command: ["sleep","1000000"]
          stop_signal: SIGKILL
          healthcheck:
            test: ["CMD","true"]
            interval: 1s
            timeout: 5s
            retries: 5
        s2:
          image: localhost/busybox
          command: ["sleep","1000000"]
          stop_signal: SIGKILL
          depends_on:
            s1:
              condition: service_healthy
      "
    `);
  });

  it('are written as lines for the script of the native floor', () => {
    expect(floorLines(makeStack('chain', 3, 'service_healthy'))).toBe('s1 1\ns2 1 s1\ns3 0 s2\n');
  });

  it('are written as requests for the raw lower bound', () => {
    expect(engineRequests(makeStack('star', 2, 'service_healthy'), 'localhost/busybox')).toEqual([
      {
        name: 's1',
        needs: [],
        body: {
          Image: 'localhost/busybox',
          Cmd: ['sleep', '1000000'],
          StopSignal: 'SIGKILL',
          Healthcheck: { Test: ['CMD', 'true'], Interval: 1e9, Timeout: 5e9, Retries: 5 },
        },
      },
      {
        name: 's2',
        needs: [{ service: 's1', condition: 'service_healthy' }],
        body: { Image: 'localhost/busybox', Cmd: ['sleep', '1000000'], StopSignal: 'SIGKILL' },
      },
    ]);
  });
});
