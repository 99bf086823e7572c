import type { Project } from '../../compose/index.ts';
import { FlotillaError } from '../../core/error.ts';

/** `--build` asks for what is not there yet. Throws `image.build-unsupported` when a service would have to be built. */
export function refuseBuild(project: Project): void {
  const built = [...project.services.values()].find((service) => service.build !== undefined);
  if (built === undefined) return;
  throw new FlotillaError(
    'image.build-unsupported',
    `service "${built.name}" has to be built, and Flotilla cannot build images yet`,
    { hint: `Build it with \`docker compose build ${built.name}\`, then run this command without --build.` },
  );
}
