import type { Source } from './source.ts';

/** Variables that say which files and profiles a project has, in the environment or in `.env`. */
export function projectVariable(source: Source, files: readonly string[]): readonly [string, string] {
  const { random } = source;
  const some = (items: readonly string[], separator: string) =>
    random
      .shuffle(items)
      .slice(0, 1 + random.below(2))
      .join(separator);
  const yaml = files.filter((file) => /\.ya?ml$/.test(file));
  const env = [...files.filter((file) => file.endsWith('.env')), ...(source.odd() ? ['nope.env'] : [])];
  const flags = ['1', 'true', 'TRUE', 'yes', 't', 'y', '0', 'false', '', ' 1 '];
  const choices: readonly (() => readonly [string, string])[] = [
    () => ['COMPOSE_PROFILES', random.pick(['debug', 'debug,test', ' debug , test', '*', '', ',', 'p.1'])],
    () => ['COMPOSE_PROJECT_NAME', random.pick(['by-variable', 'my_app', '', 'Upper', '1x', '_x'])],
    () => ['COMPOSE_FILE', yaml.length === 0 ? 'compose.yaml' : some(yaml, ':')],
    () => ['COMPOSE_PATH_SEPARATOR', random.pick([',', ':', ';'])],
    () => ['COMPOSE_ENV_FILES', env.length === 0 ? '' : some(env, ',')],
    () => ['COMPOSE_DISABLE_ENV_FILE', random.pick(flags)],
    () => ['COMPOSE_COMPATIBILITY', random.pick(flags)],
  ];
  return random.pick(choices)();
}
