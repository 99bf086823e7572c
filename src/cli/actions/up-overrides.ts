import { type Project, type Service, selectServices } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';
import { type ServiceName, serviceName } from '../../core/ids.ts';
import { quote } from '../../core/text.ts';
import { checkServiceNames } from '../../scheduler/index.ts';

/** `--scale web=3`: the number of replicas for this run, over whatever the file says. */
export function withScale(project: Project, tuples: readonly string[]): Project {
  if (tuples.length === 0) return project;
  const scales = new Map(tuples.map(parseTuple));
  checkServiceNames(project, [...scales.keys()]);
  return mapServices(project, (service) => {
    const scale = scales.get(service.name);
    if (scale === undefined) return service;
    if (scale > 1 && service.container_name !== undefined) {
      throw new FlotillaError(
        'compose.conflict',
        `service "${service.name}" has the container_name ${quote(service.container_name)}, so it cannot run ${scale} times`,
        { hint: 'Take `container_name` out, or scale it to 1.' },
      );
    }
    return { ...service, scale };
  });
}

/** `--pull always`: the pull policy of every service for this run; `policy` leaves each its own. */
export function withPullPolicy(project: Project, policy: string): Project {
  return policy === 'policy'
    ? project
    : mapServices(project, (service) => ({ ...service, pull_policy: policy }));
}

/** The services that the words on the command line mean, without their dependencies. */
export function targetsOf(project: Project, names: readonly string[]): readonly ServiceName[] {
  return [...selectServices(project, names, { dependencies: 'ignore' }).services.keys()];
}

function parseTuple(text: string): readonly [string, number] {
  const match = /^([^=]+)=(\d+)$/.exec(text);
  if (match?.[1] === undefined) {
    throw new FlotillaError('cli.usage', `invalid --scale option ${quote(text)}. Should be SERVICE=NUM`);
  }
  return [match[1], Number(match[2])];
}

function mapServices(project: Project, change: (service: Service) => Service): Project {
  return {
    ...project,
    services: new Map([...project.services].map(([name, service]) => [serviceName(name), change(service)])),
  };
}
