import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { connect } from '../../src/runtime/connect.ts';
import { useEngine } from '../support/engine.ts';
import { describeDriverContract } from './driver-contract.ts';
import { openPassage } from './passage.ts';

const engine = useEngine();

describeDriverContract('Docker', {
  connect: () => connectTo(engine.host),
  prepareImage: () => engine.image('busybox'),
  address: () => engine.address,
  connectToMortal: async () => {
    const passage = await openPassage(engine.host);
    return { driver: await connectTo(passage.host), die: passage.close };
  },
});

function connectTo(host: string) {
  return connect({
    host,
    environment: {},
    home: homedir(),
    files: { readText: (path) => readFile(path, 'utf8') },
    now: () => Date.now(),
  });
}
