import type { ModelPath, Service } from '../../../compose/index.ts';
import { quote } from '../../../core/text.ts';
import { imageName } from '../../../images/index.ts';
import { type BlameRule, serviceRule } from './rule.ts';

/** What keeps the program of a container from being started. The words are those of runc and crun. */
export const programRules: readonly BlameRule[] = [
  serviceRule(
    /exec: "(.+?)": executable file not found in \$PATH|executable file `(.+?)` not found/,
    (suspect) => {
      const program = wordOf(suspect.caught);
      return {
        path: programPath(suspect.service, program),
        code: 'run.command',
        message: `cannot start container ${suspect.resource}: image ${quote(imageName(suspect.project, suspect.service))} has no program ${quote(program)}`,
        hint: /\s/.test(program)
          ? 'A list takes each word as an item of its own: ["npm", "start"], or one plain text.'
          : 'Check its spelling; if it is right, use an image that has it. A builtin of a shell needs one: sh -c "…".',
      };
    },
  ),
  serviceRule(
    /exec: "(.+?)": stat .+?: no such file or directory|open executable: No such file/,
    (suspect) => {
      const program = wordOf(suspect.caught);
      return {
        path: programPath(suspect.service, program),
        code: 'run.command',
        message: `cannot start container ${suspect.resource}: there is no file ${quote(program)} in image ${quote(imageName(suspect.project, suspect.service))}, nor in what is mounted`,
        hint: 'Check the path: it is one inside of the container. A mount over its folder hides what the image has there.',
      };
    },
  ),
  serviceRule(/exec: "(.+?)": (?:permission denied|is a directory)/, (suspect) => {
    const program = wordOf(suspect.caught);
    return {
      path: programPath(suspect.service, program),
      code: 'run.command',
      message: `cannot start container ${suspect.resource}: ${quote(program)} is not executable`,
      hint: `Make the file executable (\`chmod +x\`, for a config \`mode: 0755\`), or name the program that runs it: sh ${program}.`,
    };
  }),
  serviceRule(/exec format error/, ({ service, resource, project }) => ({
    path: ['services', service.name, 'image'],
    code: 'run.command',
    message: `cannot start container ${resource}: the program of image ${quote(imageName(project, service))} is not for this machine's processor, or it is a script without "#!" line`,
    hint: 'Use an image of the right platform, or begin the script with "#!/bin/sh".',
  })),
  serviceRule(
    /unable to find (user|group) (.+?): no matching entries/,
    ({ service, resource, project, caught }) => {
      const [kind = 'user', name = ''] = caught;
      return {
        path: [
          'services',
          service.name,
          kind === 'group' && service.group_add !== undefined ? 'group_add' : 'user',
        ],
        code: 'run.setting',
        message: `cannot start container ${resource}: image ${quote(imageName(project, service))} has no ${kind} ${quote(name)}`,
        hint: `Use a ${kind} of its /etc/${kind === 'group' ? 'group' : 'passwd'}, or a number, which need not be there: "1000".`,
      };
    },
  ),
  serviceRule(
    /Cannot mkdir: (.+?) is not a directory|chdir to cwd \("?(.+?)"?\)/,
    ({ service, resource, caught }) => ({
      path: ['services', service.name, 'working_dir'],
      code: 'run.setting',
      message: `cannot use ${quote(wordOf(caught))} as working directory of container ${resource}`,
      hint: 'It has to be a folder that the user of the container may enter; one that is missing is made.',
    }),
  ),
];

/** The setting that names the program: the image's own stands where the image does. */
function programPath(service: Service, program: string): ModelPath {
  const key = (['entrypoint', 'command'] as const).find((name) => service[name]?.[0] === program);
  return ['services', service.name, key ?? 'image'];
}

function wordOf(caught: readonly string[]): string {
  return caught.find((word) => word !== undefined && word !== '') ?? '';
}
