/** How the stages of a step are called, in docker compose's words. */
export interface StepWords {
  readonly doing: string;
  readonly done: string;
}

export function stepWords(kind: string): StepWords {
  const known = words.get(kind);
  if (known !== undefined) return known;
  const text = kind.split('.').join(' ');
  return { doing: text, done: `${text} done` };
}

/** Several steps that together replace a resource are told as one. */
export const recreateWords: StepWords = { doing: 'Recreate', done: 'Recreated' };

/** What a step has reached, from the detail of its event: `healthy`, `exited (0)`; of a pull `built`, `not pulled`. */
export function reachedWord(detail: string | undefined): string {
  if (detail === undefined) return 'Ready';
  if (detail.startsWith('exited')) return 'Exited';
  return detail.charAt(0).toUpperCase() + detail.slice(1);
}

const words: ReadonlyMap<string, StepWords> = new Map(
  (
    [
      ['container.create', 'Creating', 'Created'],
      ['container.start', 'Starting', 'Started'],
      ['container.restart', 'Restarting', 'Restarted'],
      ['container.signal', 'Signalling', 'Signalled'],
      ['container.wait', 'Waiting', 'Ready'],
      ['container.stop', 'Stopping', 'Stopped'],
      ['container.kill', 'Killing', 'Killed'],
      ['container.pause', 'Pausing', 'Paused'],
      ['container.unpause', 'Unpausing', 'Unpaused'],
      ['container.remove', 'Removing', 'Removed'],
      ['container.rename', 'Renaming', 'Renamed'],
      ['container.recreate', 'Recreate', 'Recreated'],
      ['network.create', 'Creating', 'Created'],
      ['network.remove', 'Removing', 'Removed'],
      ['network.recreate', 'Recreate', 'Recreated'],
      ['network.connect', 'Connecting', 'Connected'],
      ['network.disconnect', 'Disconnecting', 'Disconnected'],
      ['volume.create', 'Creating', 'Created'],
      ['volume.fill', 'Filling', 'Filled'],
      ['volume.remove', 'Removing', 'Removed'],
      ['image.pull', 'Pulling', 'Pulled'],
      ['image.push', 'Pushing', 'Pushed'],
      ['image.build', 'Building', 'Built'],
      ['image.remove', 'Removing', 'Removed'],
      ['provider.up', 'Creating', 'Created'],
      ['provider.down', 'Removing', 'Removed'],
      ['provider.stop', 'Stopping', 'Stopped'],
      ['model.prepare', 'Configuring', 'Configured'],
      ['files.put', 'Copying files', 'Files copied'],
      ['hook.run', 'Running hook', 'Hook done'],
      ['hook.exec', 'Running hook', 'Hook done'],
    ] as const
  ).map(([kind, doing, done]) => [kind, { doing, done }]),
);
