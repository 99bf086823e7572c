import { expect, test } from 'vitest';
import { createReporter } from '../../../../src/cli/reporters/index.ts';
import { story } from './stories.ts';
import { createOptions, createOutput, renderTerminal, visible } from './support.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGWINCH', 'exit', 'uncaughtException'] as const;

async function open(columns = 80, rows = 24, color = false) {
  const output = createOutput(columns, rows);
  const clock = createOptions(output);
  const reporter = await createReporter('tty', { ...clock.options, color });
  return {
    ...clock,
    output,
    reporter,
    screen: () => `\n${renderTerminal(output.text(), output.rows).join('\n')}`,
  };
}

test('every resource has a line that lives and stays', async () => {
  const { reporter, tick, now, screen } = await open();
  const [network, pull] = ['network.create:default', 'image.pull:postgres:16'];
  const [create, start, wait] = [
    'container.create:db/1',
    'container.start:db/1',
    'container.wait:db/1:healthy',
  ];
  const tale = story([network, pull, create, start, wait], now);
  reporter.event(tale.begin({ unchanged: [{ type: 'Container', name: 'shop-web-1', state: 'Running' }] }));
  reporter.event(tale.started(network));
  reporter.event(tale.started(pull));
  tick(300);
  reporter.event(tale.settled(network));
  reporter.event(tale.progress(pull, 'Downloading', [84_200_000, 184_000_000]));
  tick(1000);
  expect(screen()).toMatchInlineSnapshot(`
    "
    [+] up 2/4
     ✔ Container shop-web-1  Running
     ✔ Network shop_default  Created   0.3s
     ⠸ Image postgres:16     Pulling   1.3s  █████████░░░░░░░░░░░ 84.2 MB / 184 MB
     · Container shop-db-1
    "
  `);
  reporter.event(tale.settled(pull, { durationMs: 6100 }));
  for (const id of [create, start]) {
    reporter.event(tale.started(id));
    tick(150);
    reporter.event(tale.settled(id));
  }
  tick(50);
  expect(screen()).toMatchInlineSnapshot(`
    "
    [+] up 3/4
     ✔ Container shop-web-1  Running
     ✔ Network shop_default  Created   0.3s
     ✔ Image postgres:16     Pulled    1.3s  184 MB in 6.1s
     · Container shop-db-1   Started   0.3s
    "
  `);
  reporter.event(tale.started(wait));
  tick(2000);
  reporter.event(tale.settled(wait, { detail: 'healthy' }));
  reporter.event(tale.end());
  await reporter.close();
  expect(screen()).toMatchInlineSnapshot(`
    "
    [+] up 4/4
     ✔ Container shop-web-1  Running
     ✔ Network shop_default  Created   0.3s
     ✔ Image postgres:16     Pulled    1.3s  184 MB in 6.1s
     ✔ Container shop-db-1   Healthy   2.4s
    "
  `);
});

test('a failed run leaves its failures on the screen and the errors below', async () => {
  const { reporter, tick, now, screen } = await open(60);
  const [wait, start] = ['container.wait:db/1:healthy', 'container.start:web/1'];
  const tale = story([wait, start], now);
  const error = {
    code: 'run.unhealthy',
    message: 'dependency failed to start: container shop-db-1 is unhealthy',
    hint: 'Its last probe ended with 1.',
  } as const;
  reporter.event(tale.begin());
  reporter.event(tale.started(wait));
  tick(1500);
  reporter.event(tale.settled(wait, { outcome: 'failed', error }));
  reporter.event(tale.end({ outcome: 'failed', errors: [error] }));
  expect(screen()).toMatchInlineSnapshot(`
    "
    [+] up 0/2
     ✖ Container shop-db-1   Error   1.5s  dependency failed to…
     - Container shop-web-1
    error: dependency failed to start: container shop-db-1 is unhealthy [run.unhealthy]
    hint: Its last probe ended with 1.
    "
  `);
});

test('a view that is higher than the terminal sums up, and shows all in the end', async () => {
  const { reporter, tick, now, screen, output } = await open(80, 8);
  const services = Array.from({ length: 12 }, (_, index) => `container.start:s${index + 1}/1`);
  const tale = story(services, now);
  reporter.event(tale.begin());
  for (const id of services.slice(0, 5)) reporter.event(tale.started(id));
  for (const id of services.slice(0, 3)) reporter.event(tale.settled(id));
  reporter.event(
    tale.settled(services[3] ?? '', {
      outcome: 'tolerated',
      error: { code: 'engine.request', message: 'slow' },
    }),
  );
  tick();
  expect(screen()).toMatchInlineSnapshot(`
    "
    [+] up 4/12
     ✔ Container shop-s1-1  Started    0.0s
     ✔ Container shop-s2-1  Started    0.0s
     ✔ Container shop-s3-1  Started    0.0s
     ⚠ Container shop-s4-1  Warning    0.0s  slow
     ⠹ Container shop-s5-1  Starting   0.1s
     … 7 more: 7 waiting
    "
  `);
  output.rows = 5;
  tick();
  expect(output.takeWrites().at(-1)?.split('\n')).toHaveLength(5);
  for (const id of services.slice(5)) reporter.event(tale.settled(id));
  reporter.event(tale.end());
  expect(screen().split('\n').slice(-13)).toHaveLength(13);
  expect(screen()).toContain('Container shop-s12-1');
});

test('lines are cut at the edge of the terminal, also when it becomes narrower', async () => {
  const { reporter, tick, now, output } = await open(80);
  const id = 'container.create:a-service-with-a-rather-long-name/1';
  const tale = story([id, 'container.remove:a-service-with-a-rather-long-name/1'], now);
  reporter.event(tale.begin());
  reporter.event(tale.started(id));
  tick();
  output.takeWrites();
  output.columns = 40;
  tick();
  const [frame = ''] = output.takeWrites();
  // Two lines of up to 80 columns have become three of 40.
  expect(visible(frame)).toMatchInlineSnapshot(`
    "␛[?25l␛[?7l␛[3A␍[+] up 0/1␛[K
     ⠸ Container shop-a-se…  Recreate   0.2s␛[K
    ␛[J␛[?7h␛[?25h"
  `);
});

test('each frame puts the terminal back as it was, so that no end of the process can leave it broken', async () => {
  const { reporter, tick, now, output } = await open();
  const tale = story(['container.start:db/1'], now);
  reporter.event(tale.begin());
  reporter.event(tale.started('container.start:db/1'));
  tick();
  reporter.makeRoom();
  const writes = output.takeWrites();
  expect(writes).toHaveLength(3);
  for (const write of writes) {
    expect(write).toMatch(/^\u001b\[\?25l\u001b\[\?7l.*\u001b\[\?7h\u001b\[\?25h$/s);
  }
});

test('other lines get room above the view', async () => {
  const { reporter, tick, now, screen, output } = await open();
  const tale = story(['container.start:db/1', 'container.start:web/1'], now);
  reporter.event(tale.begin());
  reporter.event(tale.started('container.start:db/1'));
  reporter.makeRoom();
  output.write('db-1  | hello\n');
  reporter.makeRoom();
  output.write('db-1  | again\n');
  tick();
  reporter.event(tale.notice('mind the gap', 'step wide'));
  expect(screen()).toMatchInlineSnapshot(`
    "
    db-1  | hello
    db-1  | again
    warning: mind the gap
    hint: step wide
    [+] up 0/2
     ⠸ Container shop-db-1   Starting   0.1s
     · Container shop-web-1
    "
  `);
});

test('colours follow the state of a row', async () => {
  const { reporter, now, output } = await open(80, 24, true);
  const tale = story(['container.start:db/1', 'container.start:web/1'], now);
  reporter.event(tale.begin());
  reporter.event(tale.started('container.start:db/1'));
  reporter.event(tale.settled('container.start:db/1', { outcome: 'failed' }));
  reporter.event(tale.end({ outcome: 'failed' }));
  expect(visible(output.takeWrites().at(-1) ?? '')).toMatchInlineSnapshot(`
    "␛[?25l␛[?7l␛[3A␍␛[31m[+] up 0/2␛[39m␛[K
    ␛[31m ✖ ␛[39mContainer shop-db-1   ␛[31mError␛[39m␛[2m   0.0s␛[22m␛[K
    ␛[2m - ␛[22mContainer shop-web-1  ␛[2m     ␛[22m␛[2m       ␛[22m␛[K
    ␛[J␛[?7h␛[?25h"
  `);
});

test('names cannot drive the terminal', async () => {
  const { reporter, now, screen } = await open();
  const tale = story(['container.start:d\u001b[2Jb/1'], now);
  reporter.event(tale.begin());
  expect(screen()).toContain('Container shop-d\\u001b[2Jb-1');
});

test('a run without anything to do draws nothing', async () => {
  const { reporter, now, output } = await open();
  const tale = story([], now);
  reporter.event(tale.begin());
  reporter.event(tale.end());
  await reporter.close();
  expect(output.text()).toBe('');
});

test('one run after the other keeps both', async () => {
  const { reporter, now, screen } = await open();
  for (const id of ['image.pull:nginx', 'container.start:web/1']) {
    const tale = story([id], now, id.startsWith('image') ? 'pull' : 'up');
    reporter.event(tale.begin());
    reporter.event(tale.started(id));
    reporter.event(tale.settled(id));
    reporter.event(tale.end());
  }
  expect(screen()).toMatchInlineSnapshot(`
    "
    [+] pull 1/1
     ✔ Image nginx  Pulled   0.0s  in 0.1s
    [+] up 1/1
     ✔ Container shop-web-1  Started   0.0s
    "
  `);
});

test('it listens to nothing and leaves no timer, also when the run never ends', async () => {
  const before = signals.map((signal) => process.listenerCount(signal));
  const { reporter, timers, now, screen } = await open();
  const tale = story(['container.start:db/1'], now);
  reporter.event(tale.begin());
  reporter.event(tale.started('container.start:db/1'));
  expect(timers()).toBe(1);
  expect(signals.map((signal) => process.listenerCount(signal))).toEqual(before);
  await reporter.close();
  await reporter.close();
  expect(timers()).toBe(0);
  expect(screen()).toContain('Starting');
});

test('why a container was replaced or told stays on the screen', async () => {
  const { reporter, tick, now, screen } = await open();
  const ids = ['create', 'stop', 'remove', 'rename', 'start'].map((verb) => `container.${verb}:db/1`);
  const tale = story([...ids, 'container.signal:web/1'], now);
  reporter.event(tale.begin());
  for (const id of [...ids, 'container.signal:web/1']) {
    reporter.event(tale.started(id));
    tick(100);
    reporter.event(tale.settled(id));
  }
  reporter.event(tale.end());
  await reporter.close();
  expect(screen()).toMatchInlineSnapshot(`
    "
    [+] up 2/2
     ✔ Container shop-db-1   Started     0.5s  its configuration changed
     ✔ Container shop-web-1  Signalled   0.1s  its configuration changed
    "
  `);
});
