import { describe, expect, it } from 'vitest';
import type { ModelPath, Project } from '../../../../src/compose/index.ts';
import { FlotillaError } from '../../../../src/core/error.ts';
import { blame } from '../../../../src/scheduler/execute/blame/index.ts';
import type { Step } from '../../../../src/scheduler/plan/index.ts';
import { emptyWorld, plan, sketch } from '../plan/world.ts';

/** A position that tells which path was asked for. */
const locate = (path: ModelPath) => ({
  file: path.join('.'),
  start: { line: 1, column: path.length + 1 },
  end: { line: 2, column: 1 },
  frame: '',
});

function blamed(project: Project, kind: Step['kind'], said: string, resource?: string) {
  const step = plan(project, { ...emptyWorld(), images: new Map() }).steps.find(
    (each) => each.kind === kind && (resource === undefined || each.resource.name === resource),
  );
  if (step === undefined) throw new Error(`the plan has no ${kind}`);
  const error = blame(new FlotillaError('engine.request', said), step, { project, locate });
  return {
    at: error.at?.file,
    code: error.code,
    message: error.message,
    said: error.evidence.flatMap(({ lines }) => lines),
  };
}

const starting = 'cannot start container shop-web-1: ';

describe('the setting that a failure has to do with', () => {
  it('is the command, in the words of crun too', () => {
    const project = sketch({ web: { command: ['gunicorn', 'app'] } });
    expect(
      blamed(
        project,
        'container.start',
        `${starting}crun: executable file \`gunicorn\` not found in $PATH: No such file or directory: OCI runtime attempted to invoke a command that was not found`,
      ),
    ).toEqual({
      at: 'services.web.command',
      code: 'run.command',
      message: 'cannot start container shop-web-1: image "busybox" has no program "gunicorn"',
      said: [expect.stringContaining('crun: executable file `gunicorn` not found')],
    });
  });

  it('is the image when its own program is missing', () => {
    expect(
      blamed(
        sketch({ web: {} }),
        'container.start',
        `${starting}exec: "serve": executable file not found in $PATH`,
      ).at,
    ).toBe('services.web.image');
  });

  it('is the entry of the mount, the device, the kernel setting, the address', () => {
    const project = sketch({
      web: {
        volumes: [
          { type: 'volume', target: '/a' },
          { type: 'bind', source: '/shop/b', target: '/b' },
        ] as never,
        devices: [{ source: '/dev/x', target: '/dev/x', permissions: 'rwm' }] as never,
        sysctls: new Map([['net.foo', '1']]) as never,
      },
    });
    const at = (said: string) => blamed(project, 'container.start', starting + said).at;
    expect([
      at('error mounting "/shop/b" to rootfs at "/b": mount: not a directory'),
      at('error mounting "/shop/b" to rootfs at "/b": operation not permitted'),
      at('bind source path does not exist: /shop/b'),
      at("error while creating mount source path '/shop/b': mkdir /shop/b: read-only file system"),
      at('bind mount "/b": cannot create bind source path /shop/b: permission denied'),
      at('error gathering device information while adding custom device "/dev/x": no such file or directory'),
      at('open /proc/sys/net/foo: no such file or directory'),
      at('unable to find group staff: no matching entries in group file'),
      blamed(
        project,
        'container.start',
        `${starting}error mounting "/shop/b" to rootfs at "/b": stat /shop/b: not a directory: unknown`,
      ).message,
    ]).toEqual([
      'services.web.volumes.1',
      'services.web.volumes.1',
      'services.web.volumes.1',
      'services.web.volumes.1',
      'services.web.volumes.1',
      'services.web.devices.0',
      'services.web.sysctls.net.foo',
      'services.web.user',
      'cannot start container shop-web-1: there can be no "/shop/b" to mount on the engine\'s machine, for a part of this path is a file',
    ]);
  });

  it('is the driver that the engine does not have', () => {
    const project = sketch(
      { web: { logging: { driver: 'papertrail' } as never } },
      {
        volumes: new Map([['data', { name: 'shop_data', driver: 'rexray' }]]) as never,
        networks: new Map([['default', { name: 'shop_default', ipam: {}, driver: 'weave' }]]) as never,
      },
    );
    expect(
      blamed(
        project,
        'container.create',
        'cannot create container "shop-web-1": error looking up logging plugin papertrail: plugin "papertrail" not found',
      ),
    ).toMatchObject({
      at: 'services.web.logging.driver',
      message: 'cannot create container shop-web-1: the engine has no logging driver "papertrail"',
    });
    expect(
      blamed(
        project,
        'volume.create',
        'cannot create volume "shop_data": create shop_data: error looking up volume plugin rexray: plugin "rexray" not found',
      ),
    ).toMatchObject({
      at: 'volumes.data.driver',
      message: 'cannot create volume "shop_data": the engine has no volume driver "rexray"',
    });
    expect(
      blamed(project, 'network.create', 'cannot create network "shop_default": plugin "weave" not found'),
    ).toMatchObject({
      at: 'networks.default.driver',
      message: 'cannot create network "shop_default": the engine has no network driver "weave"',
    });
  });

  it("is the image that cannot be pulled, in the engine's own words", () => {
    expect(
      blamed(sketch({ web: {} }), 'image.pull', 'cannot pull image "busybox": manifest unknown'),
    ).toEqual({
      at: 'services.web.image',
      code: 'engine.request',
      message: 'cannot pull image "busybox": manifest unknown',
      said: [],
    });
  });

  it('is at least the service, when no rule knows the words', () => {
    expect(
      blamed(sketch({ web: {} }), 'container.create', 'cannot create container "shop-web-1": no mood for it'),
    ).toEqual({
      at: 'services.web',
      code: 'engine.request',
      message: 'cannot create container "shop-web-1": no mood for it',
      said: [],
    });
  });

  it('is none when the engine itself is gone', () => {
    const [step] = plan(sketch({ web: {} }), emptyWorld()).steps;
    const lost = new FlotillaError('engine.lost', 'the engine went away');
    expect(blame(lost, step as Step, { project: sketch({ web: {} }), locate })).toBe(lost);
  });
});
