export { planBuild } from './build.ts';
export { changesFor } from './content.ts';
export { type PlanDocument, planDifferences, planDocument, policyFromDocument } from './document.ts';
export { type DownPolicy, planDown } from './down.ts';
export { formatPlan } from './format.ts';
export { hookCommand } from './hooks.ts';
export { planKill } from './kill.ts';
export { moreImages } from './more-images.ts';
export { isOneOff, isRunning, replicaNumber, serviceOf } from './observed.ts';
export { planPause, planUnpause } from './pause.ts';
export { planPreparations, withPreparations } from './preparations.ts';
export { planPull, pulledFor, pullsWhatIsMissing } from './pull.ts';
export { madeImages, planPulls } from './pulls.ts';
export { planPush } from './push.ts';
export { containerReference, serviceParents } from './recreate.ts';
export { planRemove } from './remove.ts';
export { finalNameOf } from './replicas.ts';
export { planRestart } from './restart.ts';
export { planStart } from './start.ts';
export type {
  ContainerCreation,
  ContainerRef,
  HookName,
  Plan,
  ProviderInput,
  Question,
  Step,
  StepInputs,
  StepKind,
  StepOf,
  WaitCondition,
} from './steps.ts';
export { planStop } from './stop.ts';
export { planUp } from './up.ts';
export type { OneOff, UpInput, UpPolicy } from './up-input.ts';
