import { describe, expect, it } from 'vitest';
import { projectName } from '../../../../src/core/ids.ts';
import { parseEvent } from '../../../../src/runtime/docker/event-stream.ts';
import { collect, failure, recorded, scriptedEngine } from './support.ts';

const project = projectName('rec');

describe('events', () => {
  it.each(['1.41', '1.51'])('reads what an engine with API %s sends', async (apiVersion) => {
    const body = await recorded(`events-${apiVersion}.recorded.ndjson`);
    const last = parseEvent(body.trimEnd().split('\n').at(-1) ?? '');
    const stop = new AbortController();
    await using engine = await scriptedEngine(
      {
        'GET /events': (response) => {
          // Cut in the middle of lines.
          for (let at = 0; at < body.length; at += 777) response.write(body.slice(at, at + 777));
        },
      },
      { apiVersion },
    );
    const driver = await engine.connect();
    const seen: string[] = [];
    for await (const event of await driver.events({ project }, stop.signal)) {
      const { action, name, exitCode, health } = event;
      seen.push([action, name, exitCode, health].filter((part) => part !== undefined).join(' '));
      if (event.time === last?.time) stop.abort();
    }
    expect([...seen].sort()).toMatchSnapshot();
    expect(engine.asked[0]?.call).toMatch(/"label":\["com.docker.compose.project=rec"\]/);
  });

  it('keeps nanoseconds exact and labels apart from other attributes', () => {
    const line =
      '{"status":"die","id":"0a","Type":"container","Action":"die","Actor":{"ID":"0a","Attributes":{"image":"bb","name":"web","exitCode":"137","team":"blue"}},"time":1795422760,"timeNano":1795422760794622167}';
    expect(parseEvent(line)).toEqual({
      action: 'die',
      container: '0a',
      name: 'web',
      words: 'die',
      labels: { team: 'blue' },
      details: { image: 'bb', exitCode: '137' },
      exitCode: 137,
      time: '1795422760794622167',
    });
  });

  it.each([
    ['{"Type":"container","Action":"exec_create: sh","Actor":{"ID":"0a"}}', 'other'],
    ['{"Type":"network","Action":"connect","Actor":{"ID":"0a"}}', undefined],
    ['{"Type":"container","Action":"health_status: unhealthy","Actor":{"ID":"0a"}}', 'health unhealthy'],
    // Podman.
    [
      '{"Type":"container","Action":"health_status","Actor":{"ID":"0a","Attributes":{"health_status":"healthy"}}}',
      'health healthy',
    ],
    [
      '{"Type":"container","Action":"died","Actor":{"ID":"0a","Attributes":{"containerExitCode":"3"}}}',
      'die 3',
    ],
    ['{"Type":"container","Action":"remove","Actor":{"ID":"0a"}}', 'destroy'],
  ])('reads %s', (line, expected) => {
    const event = parseEvent(line);
    const text =
      event && [event.action, event.health, event.exitCode].filter((part) => part !== undefined).join(' ');
    expect(text).toBe(expected);
  });

  it('resolves once the engine has answered, and asks for what happens meanwhile', async () => {
    await using engine = await scriptedEngine({ 'GET /events': (response) => response.flushHeaders() });
    const driver = await engine.connect();
    const stop = new AbortController();
    const events = await driver.events({}, stop.signal);
    expect(engine.asked[0]?.call).toContain('&since=1769860800.000000000');
    const reading = collect(events);
    stop.abort();
    expect(await reading).toEqual([]);
  });

  it('throws when the engine goes away or ends the stream', async () => {
    await using engine = await scriptedEngine({
      'GET /events': [(response) => response.flushHeaders(), (response) => void response.end()],
    });
    const driver = await engine.connect();
    const lost = collect(await driver.events({}));
    const ended = collect(await driver.events({}));
    expect((await failure(ended)).replace(engine.socket, 'SOCKET')).toMatchInlineSnapshot(`
      "engine.lost: lost the engine at unix://SOCKET while trying to follow the engine's events: it ended the stream
        See whether it still runs, and run the command again: it goes on from what is there."
    `);
    engine.crash();
    expect(await failure(lost)).toContain('engine.lost: ');
  });
});
