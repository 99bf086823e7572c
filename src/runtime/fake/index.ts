export type { Behaviour, FakeExec, FakeProgram, ScriptedBehaviour, ScriptedOutput } from './behaviour.ts';
export type { RecordedCall } from './calls.ts';
export { createFakeClock, type FakeClock } from './clock.ts';
export { createFakeEngine, type FakeEngine } from './engine.ts';
export type {
  EngineState,
  FakeContainer,
  FakeEndpoint,
  FakeFile,
  FakeImage,
  FakeMount,
  FakeNetwork,
  FakeVolume,
  Files,
  ImageDescription,
  RunState,
} from './model/index.ts';
export type { CallPattern, Delay, Failure, FakeEngineOptions, Verb } from './options.ts';
export type { FakeProcess } from './process.ts';
export type { Exit } from './supervisor.ts';
