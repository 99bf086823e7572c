import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest';
import type { Driver } from '../../src/runtime/index.ts';
import { createLab, type Lab } from './lab.ts';
import { describeAborts } from './promises/aborts.ts';
import { describeCommit } from './promises/commit.ts';
import { describeEvents } from './promises/events.ts';
import { describeExec } from './promises/exec.ts';
import { describeFiles } from './promises/files.ts';
import { describeHealth } from './promises/health.ts';
import { describeHousekeeping } from './promises/housekeeping.ts';
import { describeImages } from './promises/images.ts';
import { describeInput } from './promises/input.ts';
import { describeLifecycle } from './promises/lifecycle.ts';
import { describeLogs } from './promises/logs.ts';
import { describeLoss } from './promises/loss.ts';
import { describeNetworks } from './promises/networks.ts';
import { describeOutput } from './promises/output.ts';
import { describeOwnership } from './promises/ownership.ts';
import { describePausing } from './promises/pausing.ts';
import { describeProcesses } from './promises/processes.ts';
import { describeRemoval } from './promises/removal.ts';
import { describeSnapshot } from './promises/snapshot.ts';
import { describeStats } from './promises/stats.ts';
import { describeStopping } from './promises/stopping.ts';
import { describeVolumes } from './promises/volumes.ts';

export interface ContractOptions {
  connect(): Promise<Driver>;
  /** Resolves to the reference of an image with busybox in it, once the engine has it. */
  prepareImage(): Promise<string>;
  /** Where ports that containers publish answer; absent: nowhere, as for an engine that only pretends. */
  readonly address?: () => string;
  /** A driver of its own and a way to take its engine away; absent: there is no daemon that could go away. */
  connectToMortal?(): Promise<{ readonly driver: Driver; die(): Promise<void> }>;
}

/** What a group of promises needs; `lab` is a new one for each test. */
export interface Contract extends ContractOptions {
  readonly lab: () => Lab;
}

/** Everything that src/runtime/driver.ts promises, as tests against whatever stands behind the port. */
export function describeDriverContract(name: string, options: ContractOptions): void {
  describe(`the driver contract, kept by ${name}`, () => {
    let driver: Driver | undefined;
    let image = '';
    let lab: Lab | undefined;
    beforeAll(async () => {
      image = await options.prepareImage();
      driver = await options.connect();
    });
    beforeEach(() => {
      if (driver !== undefined) lab = createLab(driver, image);
    });
    afterEach(async () => {
      await lab?.clear();
      lab = undefined;
    });
    afterAll(() => driver?.close());

    const contract: Contract = {
      ...options,
      lab: () => {
        if (lab === undefined) throw new Error('there is a lab only while a test runs');
        return lab;
      },
    };
    describeOwnership(contract);
    describeLifecycle(contract);
    describeStopping(contract);
    describePausing(contract);
    describeProcesses(contract);
    describeStats(contract);
    describeHealth(contract);
    describeRemoval(contract);
    describeNetworks(contract);
    describeVolumes(contract);
    describeFiles(contract);
    describeOutput(contract);
    describeInput(contract);
    describeLogs(contract);
    describeExec(contract);
    describeEvents(contract);
    describeSnapshot(contract);
    describeImages(contract);
    describeCommit(contract);
    describeHousekeeping(contract);
    describeAborts(contract);
    const { connectToMortal } = options;
    if (connectToMortal !== undefined) describeLoss({ ...contract, connectToMortal });
  });
}
