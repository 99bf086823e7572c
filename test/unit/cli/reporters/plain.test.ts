import { expect, test } from 'vitest';
import { createReporter } from '../../../../src/cli/reporters/index.ts';
import type { RunEvent } from '../../../../src/scheduler/index.ts';
import { story } from './stories.ts';
import { createOptions, createOutput } from './support.ts';

async function print(
  events: readonly RunEvent[],
  mode: 'plain' | 'quiet' | 'json' = 'plain',
): Promise<string> {
  const output = createOutput();
  const reporter = await createReporter(mode, createOptions(output).options);
  for (const event of events) reporter.event(event);
  await reporter.close();
  return output.text();
}

test('a first up reads like docker compose', async () => {
  const ids = [
    'network.create:default',
    'volume.create:data',
    'container.create:db/1',
    'container.start:db/1',
  ];
  const wait = 'container.wait:db/1:healthy';
  const once = 'container.wait:db/1:completed';
  const tale = story([...ids, wait, once]);
  expect(
    await print([
      tale.begin({
        unchanged: [
          { type: 'Container', name: 'shop-web-1', state: 'Running' },
          { type: 'Network', name: 'back', state: 'Exists' },
        ],
      }),
      ...ids.flatMap((id) => [tale.started(id), tale.settled(id)]),
      tale.started(wait),
      tale.settled(wait, { detail: 'healthy' }),
      tale.started(once),
      tale.settled(once, { detail: 'exited (0)' }),
      tale.end(),
    ]),
  ).toMatchInlineSnapshot(`
    " Container shop-web-1  Running
     Network shop_default  Creating
     Network shop_default  Created
     Volume shop_data  Creating
     Volume shop_data  Created
     Container shop-db-1  Creating
     Container shop-db-1  Created
     Container shop-db-1  Starting
     Container shop-db-1  Started
     Container shop-db-1  Waiting
     Container shop-db-1  Healthy
     Container shop-db-1  Waiting
     Container shop-db-1  Exited
    "
  `);
});

test('a replacement is told as one change, with its reason', async () => {
  const ids = ['create', 'stop', 'remove', 'rename', 'start'].map((verb) => `container.${verb}:db/1`);
  const tale = story(ids);
  expect(
    await print([tale.begin(), ...ids.flatMap((id) => [tale.started(id), tale.settled(id)]), tale.end()]),
  ).toMatchInlineSnapshot(`
    " Container shop-db-1  Recreate: its configuration changed
     Container shop-db-1  Recreated
     Container shop-db-1  Starting
     Container shop-db-1  Started
    "
  `);
});

test('a hook before the stop is a part of the replacement', async () => {
  const ids = [
    'container.create:db/1',
    'hook.exec:db/1/pre_stop/0',
    'container.stop:db/1',
    'container.remove:db/1',
    'container.rename:db/1',
    'container.start:db/1',
    'hook.exec:db/1/post_start/0',
  ];
  const tale = story(ids);
  expect(
    await print([tale.begin(), ...ids.flatMap((id) => [tale.started(id), tale.settled(id)]), tale.end()]),
  ).toMatchInlineSnapshot(`
    " Container shop-db-1  Recreate: its configuration changed
     Container shop-db-1  Recreated
     Container shop-db-1  Starting
     Container shop-db-1  Started
     Container shop-db-1  Running hook
     Container shop-db-1  Hook done
    "
  `);
});

test('a restart and a signal say why', async () => {
  const ids = ['container.stop:db/1', 'container.start:db/1', 'container.signal:web/1'];
  const tale = story(ids);
  expect(
    await print([tale.begin(), ...ids.flatMap((id) => [tale.started(id), tale.settled(id)]), tale.end()]),
  ).toMatchInlineSnapshot(`
    " Container shop-db-1  Stopping: its configuration changed
     Container shop-db-1  Stopped
     Container shop-db-1  Starting
     Container shop-db-1  Started
     Container shop-web-1  Signalling: its configuration changed
     Container shop-web-1  Signalled
    "
  `);
});

test('so is a network that is made anew', async () => {
  const ids = ['network.remove:default', 'network.create:default'];
  const tale = story(ids);
  expect(
    await print([tale.begin(), ...ids.flatMap((id) => [tale.started(id), tale.settled(id)]), tale.end()]),
  ).toMatchInlineSnapshot(`
    " Network shop_default  Recreate: its configuration changed
     Network shop_default  Recreated
    "
  `);
});

test('a pull is summed up instead of followed', async () => {
  const [sized, unsized] = ['image.pull:postgres:16', 'image.pull:nginx'] as const;
  const tale = story([sized, unsized]);
  expect(
    await print([
      tale.begin(),
      tale.started(sized),
      tale.progress(sized, 'Downloading', [1_000_000, 184_000_000]),
      tale.progress(sized, 'Extracting', [184_000_000, 184_000_000]),
      tale.settled(sized, { durationMs: 6120 }),
      tale.started(unsized),
      tale.settled(unsized, { durationMs: 230 }),
      tale.end(),
    ]),
  ).toMatchInlineSnapshot(`
    " Image postgres:16  Pulling
     Image postgres:16  Pulled 184 MB in 6.1s
     Image nginx  Pulling
     Image nginx  Pulled in 0.2s
    "
  `);
});

test('a repeated attempt is told', async () => {
  const id = 'container.start:db/1';
  const tale = story([id]);
  expect(
    await print([
      tale.begin(),
      tale.started(id),
      tale.progress(id, 'attempt 1 failed (engine busy), trying again'),
      tale.settled(id),
      tale.end(),
    ]),
  ).toMatchInlineSnapshot(`
    " Container shop-db-1  Starting
     Container shop-db-1  Starting: attempt 1 failed (engine busy), trying again
     Container shop-db-1  Started
    "
  `);
});

test('down reads like docker compose, with what is still in use', async () => {
  const ids = ['container.stop:db/1', 'container.remove:db/1'];
  const network = 'network.remove:default';
  const volume = 'volume.remove:data';
  const tale = story([...ids, network, volume], undefined, 'down');
  expect(
    await print([
      tale.begin(),
      ...ids.flatMap((id) => [tale.started(id), tale.settled(id)]),
      tale.started(network),
      tale.settled(network, {
        outcome: 'tolerated',
        error: {
          code: 'engine.conflict',
          message: 'cannot remove network "shop_default": it is used by container spy-1 of project "spy"',
        },
      }),
      tale.started(volume),
      tale.settled(volume, {
        outcome: 'tolerated',
        error: { code: 'engine.request', message: 'no space\nleft' },
      }),
      tale.end(),
    ]),
  ).toMatchInlineSnapshot(`
    " Container shop-db-1  Stopping
     Container shop-db-1  Stopped
     Container shop-db-1  Removing
     Container shop-db-1  Removed
     Network shop_default  Removing
     Network shop_default  Resource is still in use: by container spy-1 of project "spy"
     Volume shop_data  Removing
     Volume shop_data  Warning: no space
    "
  `);
});

const failing = () => {
  const wait = 'container.wait:db/1:healthy';
  const start = 'container.start:web/1';
  const tale = story([wait, 'container.stop:old/1', start]);
  const error = {
    code: 'run.unhealthy',
    message: 'dependency failed to start: container shop-db-1 is unhealthy\nsecond line',
    hint: 'Its last probe ended with 1: "no \u001b[2Jroute"',
  } as const;
  return [
    tale.begin(),
    tale.notice('Found orphan containers ([x]) for this project.', 'Run it again with --remove-orphans.'),
    tale.started(wait),
    tale.settled(wait, { outcome: 'failed', error }),
    tale.started('container.stop:old/1'),
    tale.settled('container.stop:old/1', { outcome: 'cancelled' }),
    tale.settled(start, { outcome: 'skipped', because: wait as never }),
    tale.end({ outcome: 'failed', errors: [error, error] }),
  ];
};

test('a failure is told on its line and whole at the end', async () => {
  expect(await print(failing())).toMatchInlineSnapshot(`
    "warning: Found orphan containers ([x]) for this project.
    hint: Run it again with --remove-orphans.
     Container shop-db-1  Waiting
     Container shop-db-1  Error dependency failed to start: container shop-db-1 is unhealthy
     Container shop-old-1  Stopping: its configuration changed
     Container shop-old-1  Cancelled
     Container shop-web-1  Skipped because of Container shop-db-1
    error: dependency failed to start: container shop-db-1 is unhealthy
    second line [run.unhealthy]
    hint: Its last probe ended with 1: "no \\u001b[2Jroute"
    "
  `);
});

test('advice that several failures share is given once', async () => {
  const ids = ['image.pull:a', 'image.pull:b', 'image.pull:c'];
  const tale = story(ids);
  const errorOf = (name: string, hint: string) =>
    ({ code: 'image.registry', message: `cannot pull ${name}: the registry does not answer`, hint }) as const;
  const errors = [
    errorOf('a', 'Check the network.'),
    errorOf('b', 'Check the network.'),
    errorOf('c', 'Log in.'),
  ];
  expect(
    await print([tale.begin(), tale.end({ outcome: 'failed', errors })], 'quiet'),
  ).toMatchInlineSnapshot(`
    "error: cannot pull a: the registry does not answer [image.registry]
    error: cannot pull b: the registry does not answer [image.registry]
    hint: Check the network.
    error: cannot pull c: the registry does not answer [image.registry]
    hint: Log in.
    "
  `);
});

test('quiet says what went wrong and nothing else', async () => {
  expect(await print(failing(), 'quiet')).toMatchInlineSnapshot(`
    "warning: Found orphan containers ([x]) for this project.
    hint: Run it again with --remove-orphans.
    error: dependency failed to start: container shop-db-1 is unhealthy
    second line [run.unhealthy]
    hint: Its last probe ended with 1: "no \\u001b[2Jroute"
    "
  `);
  const tale = story(['network.create:default']);
  expect(
    await print(
      [
        tale.begin(),
        tale.started('network.create:default'),
        tale.settled('network.create:default'),
        tale.end(),
      ],
      'quiet',
    ),
  ).toBe('');
});

test('json is the events, one a line, without secrets or characters that drive a terminal', async () => {
  const tale = story(['network.create:default']);
  const begin = tale.begin();
  const notice = tale.notice('pulling from https://user:secret@registry \u009b2J');
  const text = await print([begin, notice], 'json');
  const [first = '', second = '', rest] = text.split('\n');
  expect(JSON.parse(first)).toEqual(begin);
  expect(JSON.parse(second)).toEqual({
    ...notice,
    message: 'pulling from https://user:***@registry \u009b2J',
  });
  expect(second).toContain('\\u009b2J');
  expect(rest).toBe('');
});

test('a kind that nobody knows is named as it is', async () => {
  const id = 'container.polish:db/1';
  const tale = story([id]);
  expect(await print([tale.begin(), tale.started(id), tale.settled(id), tale.end()])).toBe(
    ' Container shop-db-1  container polish\n Container shop-db-1  container polish done\n',
  );
});
