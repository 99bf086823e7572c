import { afterAll } from 'vitest';
import { nativeEngine } from '../support/native-engine.ts';
import { describeDriverContract } from './driver-contract.ts';

const engine = nativeEngine();
afterAll(() => engine.remove());

describeDriverContract('the native engine', {
  connect: () => engine.connect(),
  prepareImage: () => engine.image('busybox'),
  address: () => '127.0.0.1',
});
