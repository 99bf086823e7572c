/** First words that several commands share, `image ls` for example, with their line in the list of commands. */
export const families: Readonly<Record<string, string>> = {
  image: 'Look after the images of the native engine',
  network: 'Look after networks of all projects',
  system: 'Look after the engine and its disk',
  volume: 'Look after volumes of all projects',
};

/** The commands below such a word. */
export function membersOf<Command extends { readonly name: string }>(
  commands: readonly Command[],
  family: string,
): readonly Command[] {
  return commands.filter(({ name }) => name.startsWith(`${family} `));
}
