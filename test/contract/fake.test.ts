import { createFakeEngine } from '../../src/runtime/fake/index.ts';
import { describeDriverContract } from './driver-contract.ts';
import { playProgram } from './programs.ts';

const image = 'localhost/flotilla/busybox';
const options = {
  images: [{ reference: image, files: { '/etc/passwd': 'root:x:0:0::/root:/bin/sh\n' } }],
  missingHostPaths: ['/no/such'],
  registry: [],
  behaviours: { [image]: playProgram, unstartable: { startError: 'there is no /no/such/program' } },
  execs: [{ run: playProgram }],
} as const;

const engine = createFakeEngine(options);

describeDriverContract('the fake engine', {
  connect: async () => engine.connect(),
  prepareImage: async () => image,
  connectToMortal: async () => {
    const mortal = createFakeEngine(options);
    return { driver: mortal.driver, die: async () => mortal.kill() };
  },
});
