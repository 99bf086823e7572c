import { beforeAll, describe, expect, it } from 'vitest';
import { ensureCommands } from '../../../scripts/lib/packages.mjs';
import { images, useNativeEngine } from '../../support/engine.ts';
import { succeed } from '../succeed.ts';

const engine = useNativeEngine();
const file = `
services:
  base: {build: {context: base}}
  above:
    build:
      additional_contexts: {base: "service:base", files: ./files, image: "docker-image://${images.busybox}"}
      dockerfile_inline: |
        FROM base AS first
        FROM other/name:2 AS again
        FROM short AS short
        RUN echo stage > /from-stage
        FROM ${images.busybox}
        COPY --from=first /from-base /
        COPY --from=files here.txt /
        COPY --from=image /bin/busybox /again
        COPY --from=short /from-stage /
        RUN --mount=type=bind,from=other/name:2,target=/mounted test -x /mounted/bin/busybox
        CMD cat /from-base /here.txt /from-stage
`;

/** Docker can do all of it only since 23. */
describe('what a build takes files from', () => {
  beforeAll(() => ensureCommands({ buildah: 'buildah' }, (line) => void process.stderr.write(`  ${line}\n`)));

  it('is images by any of their names, of other services and of mounts, folders, and stages that are named like images', async () => {
    const p = await engine.project({
      'compose.yaml': file,
      'base/Dockerfile': `FROM ${images.busybox}\nRUN echo base > /from-base\n`,
      'files/here.txt': 'here\n',
    });
    for (const name of ['other/name:2', 'short']) {
      await succeed(p.flotilla(['image', 'tag', images.busybox, name]));
    }
    await succeed(p.flotilla(['build', 'above']));
    const ran = await succeed(p.flotilla(['run', '--rm', '-T', '-q', '--no-deps', 'above']));
    expect(ran.stdout).toBe('base\nhere\nstage\n');
  });

  it('refuses flags that are about builders of Docker, each by its name', async () => {
    const p = await engine.project({ 'compose.yaml': file, 'base/Dockerfile': 'FROM scratch\n' });
    for (const flag of ['--check', '--builder=far']) {
      const ran = await p.flotilla(['build', flag, 'base']);
      expect(ran.exitCode).toBe(1);
      expect(ran.stderr).toContain(`builds of the native engine know no ${flag.split('=')[0]}`);
    }
  });
});
