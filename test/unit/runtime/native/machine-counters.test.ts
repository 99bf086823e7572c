import { expect, it } from 'vitest';
import { trafficIn } from '../../../../src/runtime/native/network/traffic.ts';
import { processorTime } from '../../../../src/runtime/native/system/processor-time.ts';

it('the time of a machine is that of all its processors, idle or not, and that of guests once', () => {
  const stat = `cpu  1000 20 300 4000 50 6 7 80 900 0
cpu0 500 10 150 2000 25 3 3 40 450 0
cpu1 500 10 150 2000 25 3 4 40 450 0
intr 1234 0 9
ctxt 5678
btime 1795000000
`;
  expect(processorTime(stat)).toEqual({ total: 5463 * 10_000_000, processors: 2 });
});

it('the traffic of a network is that of its devices, without the loopback', () => {
  const devices = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     100       2    0    0    0     0          0         0      100       2    0    0    0     0       0          0
  eth0:    2360      14    0    0    0     0          0         0     2290      12    0    0    0     0       0          0
  eth1:1234567890123  14    0    0    0     0          0         0        1       1    0    0    0     0       0          0
`;
  expect(trafficIn(devices)).toEqual({ received: 2360 + 1234567890123, sent: 2291 });
});
