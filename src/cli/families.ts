/** First words that several commands share, `image ls` for example, with their line in the list of commands. */
export const families: Readonly<Record<string, string>> = {
  image: 'Look after the images of the native engine',
};

/** The commands below such a word. */
export function membersOf<Command extends { readonly name: string }>(
  commands: readonly Command[],
  family: string,
): readonly Command[] {
  return commands.filter(({ name }) => name.startsWith(`${family} `));
}
