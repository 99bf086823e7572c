import { describe, expect, it } from 'vitest';
import {
  type Driver,
  formatPlan,
  planFor,
  type ServiceName,
  type Session,
  type UpRequest,
  up,
} from '../../src/index.ts';
import { injectedFiles } from '../../src/scheduler/desired/index.ts';
import { useEngine } from '../support/engine.ts';
import { projectFromText } from '../support/in-process.ts';
import { changesOf } from '../support/plan-honesty/announced.ts';
import { type EditableFile, edited, firstFile, secretVariables } from '../support/plan-honesty/edits.ts';
import { createRandom, type Random } from '../support/random.ts';

/** All 200 with FLOTILLA_PLAN_EDITS=200; CONTRIBUTING.md names it. */
const edits = Number(process.env['FLOTILLA_PLAN_EDITS'] ?? 40);
const lanes = 2;

/** Outside of the engine, and the same each time. */
const programs: Pick<Session, 'runProvider' | 'prepareModel'> = {
  runProvider: async () => ({ prefixed: new Map([['URL', 'tcp://cloud']]), raw: new Map() }),
  prepareModel: async () => 'http://models/',
};

describe('up, on a real engine', { timeout: 900_000 }, () => {
  const engine = useEngine();

  it(`does exactly what plan announced, in the order of its needs, for ${edits} edits of a project`, async () => {
    for (const image of ['busybox', 'shop-web'] as const) await engine.image(image);
    let changes = 0;
    const lane = async (number: number) => {
      const random = createRandom(number + 1);
      const name = `honest${number}`;
      const ports = 41_000 + number * 10;
      try {
        let file = firstFile(ports);
        for (let edit = 0; edit < edits / lanes; edit += 1) {
          changes += await checkUp(random, name, file, `lane ${number}, edit ${edit}`);
          file = edited(random, file, ports);
        }
      } finally {
        await engine.docker.removeProject(name);
      }
    };
    await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
    // Edits that change nothing would prove nothing.
    expect(changes).toBeGreaterThan(3 * edits);
  });

  const checkUp = async (random: Random, name: string, file: EditableFile, where: string) => {
    const text = JSON.stringify(file);
    const loaded = await projectFromText(name, text, secretVariables);
    const questions = [...loaded.project.volumes.keys()].map((key) => `volume.recreate:${key}`);
    const request: UpRequest = {
      ...loaded,
      policy: {
        recreate: random.chance(0.05) ? 'force' : 'diverged',
        // What stays of a service may be in the way of the next edit.
        removeOrphans: true,
        start: !random.chance(0.05),
        [random.chance(0.8) ? 'approvals' : 'refusals']: new Set(questions),
      },
    };

    await using reading = await engine.interpose();
    const { plan } = await planFor(reading.session, request);
    const told = `${where}\n${text}\n${formatPlan(plan)}`;
    expect(reading.writes(), told).toEqual([]);

    await using recorder = await engine.interpose();
    const { session } = recorder;
    const before = await engine.docker.containers(name);
    // Helpers come and go within the run.
    const helpers = new Map<string, string>();
    const driver: Driver = {
      ...session.driver,
      createContainer: async (spec, options, signal) => {
        const id = await session.driver.createContainer(spec, options, signal);
        if (options.as === undefined) helpers.set(id, spec.name);
        return id;
      },
    };
    const { result } = await up({ ...session, ...programs, driver }, request);
    expect(result.errors, told).toEqual([]);
    const after = await engine.docker.containers(name);

    const existing = new Map(before.map((container) => [container.id, container.name]));
    const made = new Map(after.map((container) => [container.id, container.name]));
    const makeAs = new Map(
      plan.steps.flatMap((step) =>
        step.kind === 'container.create' ? [[step.input.spec.name, step.input.as] as const] : [],
      ),
    );
    const nameOf = (id: string) => existing.get(id) ?? made.get(id) ?? helpers.get(id) ?? id;
    const madeAs = (id: string) => makeAs.get(nameOf(id)) ?? nameOf(id);
    const seen = recorder.writes().flatMap((write) => write({ nameOf, madeAs }) ?? []);
    const { manyEndpointsAtCreate } = session.driver.capabilities;
    const fillsByContainer = engine.runtime === 'docker';
    const pathsOf = (service: ServiceName) => {
      const { project } = loaded;
      const definition = project.services.get(service);
      return definition === undefined ? [] : injectedFiles(project, definition).map(({ path }) => path);
    };
    const announced = plan.steps.map((step) => ({
      step,
      changes: changesOf(step, { manyEndpointsAtCreate, fillsByContainer, pathsOf }),
    }));
    expect(seen.toSorted(), told).toEqual(announced.flatMap(({ changes }) => changes).toSorted());

    const lastOf = new Map(
      announced.map(({ step, changes }) => [
        step.id,
        Math.max(-1, ...changes.map((change) => seen.indexOf(change))),
      ]),
    );
    for (const { step, changes } of announced) {
      const [change] = changes;
      if (change === undefined) continue;
      for (const need of step.needs) {
        expect(seen.indexOf(change), `${step.id} needs ${need}\n${told}`).toBeGreaterThan(
          lastOf.get(need) ?? -1,
        );
      }
    }
    await using later = await engine.interpose();
    const again = await planFor(later.session, {
      ...request,
      policy: { ...request.policy, recreate: 'diverged' },
    });
    const left = again.plan.steps.filter(({ kind }) => kind !== 'provider.up' && kind !== 'model.prepare');
    expect(
      left.map(({ id, reason }) => `${id}: ${reason}`),
      told,
    ).toEqual([]);
    return seen.length;
  };
});
