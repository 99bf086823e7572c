import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventJson, eventText } from '../../../../src/cli/output/events.ts';
import { containerId } from '../../../../src/core/ids.ts';
import type { EngineEvent } from '../../../../src/runtime/index.ts';

const zone = process.env['TZ'];
beforeAll(() => {
  process.env['TZ'] = 'Asia/Kolkata';
});
afterAll(() => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
});

const event: EngineEvent = {
  action: 'other',
  container: containerId('ab'.repeat(32)),
  name: 'shop-web-1',
  labels: { 'com.docker.compose.service': 'web', team: 'a<b', 'dev.flotilla.definition': '{}' },
  words: 'exec_create: sh -c \u001b[31mtrue',
  details: { image: 'nginx:1', execID: 'cd' },
  time: '1795796840171850620',
};

test('an event is a line in local time with its attributes in order, and an empty line', () => {
  expect(eventText(event)).toMatchInlineSnapshot(`
    "2026-11-27 21:57:20.171850 container exec_create: sh -c \\u001b[31mtrue abababababababababababababababababababababababababababababababab (execID=cd, image=nginx:1, name=shop-web-1, team=a<b)

    "
  `);
  expect(eventText({ ...event, words: 'exec_create: echo\na' }).split('\n')).toHaveLength(3);
});

test('an event as JSON has the fields of docker compose, and nanoseconds without zeros at the end', () => {
  expect(eventJson(event)).toMatchInlineSnapshot(`
    "{"action":"exec_create: sh -c \\u001b[31mtrue","attributes":{"execID":"cd","image":"nginx:1","name":"shop-web-1","team":"a\\u003cb"},"id":"abababababababababababababababababababababababababababababababab","service":"web","time":"2026-11-27T21:57:20.17185062+05:30","type":"container"}
    "
  `);
  expect(JSON.parse(eventJson({ ...event, labels: {}, time: '1795796840000000000' }))).toMatchObject({
    service: '',
    time: '2026-11-27T21:57:20+05:30',
  });
});
