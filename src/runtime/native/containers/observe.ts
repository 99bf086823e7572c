import { labels as labelNames } from '../../../core/labels.ts';
import { compareBytes } from '../../../core/text.ts';
import type { ContainerDetails, ObservedContainer, ProbeResult } from '../../observed.ts';
import { probeCommand } from '../../probe-command.ts';
import { shownCommand } from '../../shown-command.ts';
import { statusSentence } from '../../status-sentence.ts';
import type { Engine } from '../engine.ts';
import { projectOf } from '../events/journal.ts';
import { commandOf } from '../oci/index.ts';
import { isSupervised, summonSupervisor } from '../supervisor/summon.ts';
import { readJson, readText } from '../system/read-json.ts';
import { preparedProcess } from './monitor.ts';
import { lastingPlaces, volatilePlaces } from './places.ts';
import { type ContainerRecord, findRecord, listRecords, readHeld } from './record.ts';
import { sweepUnfinished } from './remove.ts';
import {
  type HealthRecord,
  healthOf,
  isRunning,
  type Life,
  lifeOf,
  type RestartRecord,
  stageOf,
} from './run.ts';
import { isStopCutShort } from './stop-note.ts';

/** All containers of a project, in byte order of their names. */
export async function observeContainers(
  engine: Engine,
  project: string,
): Promise<readonly ObservedContainer[]> {
  const ofProject = () =>
    listRecords(engine.root).filter(({ spec }) => spec.labels[labelNames.project] === project);
  await sweepUnfinished(engine, ofProject());
  const records = ofProject();
  summonForThese(engine, project, records);
  const containers = await Promise.all(records.map((record) => observe(engine, record)));
  return containers.sort((left, right) => compareBytes(left.name, right.name));
}

/** Of all projects and of none. */
export async function observeEveryContainer(engine: Engine): Promise<readonly ObservedContainer[]> {
  await sweepUnfinished(engine, listRecords(engine.root));
  const records = listRecords(engine.root);
  for (const project of new Set(records.map(projectOf))) {
    const own = records.filter((record) => projectOf(record) === project);
    summonForThese(engine, project, own);
  }
  const containers = await Promise.all(records.map((record) => observe(engine, record)));
  return containers.sort((left, right) => compareBytes(left.name, right.name));
}

/** A supervisor that was killed has nobody else who would replace it. */
function summonForThese(engine: Engine, project: string, records: readonly ContainerRecord[]): void {
  if (isSupervised(engine.root, project)) return;
  if (records.some((record) => needsSupervisor(record, lifeOf(engine, record.id)))) {
    summonSupervisor(engine, project);
  }
}

/** As `observeContainers` does, for who waits for what a supervisor would tell. */
export function summonForProject(engine: Engine, project: string): void {
  if (isSupervised(engine.root, project)) return;
  summonForThese(
    engine,
    project,
    listRecords(engine.root).filter((record) => projectOf(record) === project),
  );
}

function needsSupervisor({ spec }: ContainerRecord, life: Life): boolean {
  if (life.stage === 'exited') return spec.autoRemove === true;
  return isRunning(life) || life.stage === 'restarting';
}

async function observe(engine: Engine, record: ContainerRecord): Promise<ObservedContainer> {
  const life = begunOrNot(engine, record);
  const stage = stageOf(engine.root, record, life);
  const { networks } = engine.parts;
  const [endpoints, ports] = await Promise.all([
    networks.endpoints(record.id),
    isRunning(life) ? networks.ports(record.id) : [],
  ]);
  return {
    id: record.id,
    name: record.name,
    image: record.spec.image,
    imageId: record.image.id,
    command: shownCommand(commandOf(record.spec, record.image.config)),
    labels: record.spec.labels,
    state: life.stage,
    ...(isRunning(life) && isStopCutShort(engine.root, record.id) ? { isStopCutShort: true } : {}),
    health: healthOf(engine.root, record, life),
    ...(life.exit === undefined || isRunning(life) ? {} : { exitCode: life.exit.exitCode }),
    status: statusSentence({ stage, createdAt: record.createdAt }, engine.now()),
    createdAt: Math.floor(record.createdAt / 1000),
    networks: endpoints,
    mounts: readHeld(engine.root, record.id).map(({ observed }) => observed),
    ports: [...ports, ...exposed(record, ports)],
  };
}

/** Whoever starts a container may be killed just before its program begins; then it is to be started still. */
function begunOrNot(engine: Engine, record: ContainerRecord): Life {
  const life = lifeOf(engine, record.id);
  const waits = life.stage === 'running' && preparedProcess(engine, record.id) !== undefined;
  return waits ? { stage: 'created' } : life;
}

/** What the image or the file exposes and nobody publishes. */
function exposed(
  { spec, image }: ContainerRecord,
  ports: ObservedContainer['ports'],
): ObservedContainer['ports'] {
  const all = [...new Set([...image.config.exposedPorts, ...spec.expose])];
  return all.flatMap((entry) => {
    const [range = '', protocol = 'tcp'] = entry.split('/');
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
      .filter((target) => !ports.some((port) => port.target === target && port.protocol === protocol))
      .map((target) => ({ target, protocol }));
  });
}

/** As `Driver.inspectContainer`. */
export function inspect(engine: Engine, ref: string): ContainerDetails | undefined {
  const record = findRecord(engine.root, ref);
  if (record === undefined) return undefined;
  const life = lifeOf(engine, record.id);
  const places = lastingPlaces(engine.root, record.id);
  const command = probeCommandOf(record);
  return {
    id: record.id,
    name: record.name,
    labels: record.spec.labels,
    state: life.stage,
    health: healthOf(engine.root, record, life),
    exitCode: isRunning(life) ? 0 : (life.exit?.exitCode ?? 0),
    oomKilled: life.exit?.oomKilled ?? false,
    error: readText(places.error) ?? '',
    ...(life.run === undefined ? {} : { startedAt: rfc3339(life.run.startedAt) }),
    ...(life.exit === undefined ? {} : { finishedAt: rfc3339(life.exit.finishedAt) }),
    restartCount: readJson<RestartRecord>(places.restarts)?.count ?? 0,
    tty: record.spec.tty,
    stdinOpen: record.spec.stdinOpen,
    ...(command === undefined ? {} : { probe: { command } }),
    probes: probesOf(engine, record, life),
  };
}

function probeCommandOf({ spec, image }: ContainerRecord): readonly string[] | undefined {
  if (spec.healthcheck?.kind === 'disabled') return undefined;
  return probeCommand(spec.healthcheck?.test ?? image.config.healthcheck?.test);
}

function probesOf(engine: Engine, record: ContainerRecord, life: Life): readonly ProbeResult[] {
  const noted = readJson<HealthRecord>(volatilePlaces(engine.root, record.id).health);
  return noted !== undefined && noted.run === life.run?.number ? noted.probes : [];
}

function rfc3339(nanoseconds: string): string {
  const whole = new Date(Number(BigInt(nanoseconds) / 1_000_000n)).toISOString().slice(0, 19);
  return `${whole}.${(BigInt(nanoseconds) % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}
