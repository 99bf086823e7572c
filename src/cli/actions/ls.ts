import { FlotillaError } from '../../core/error.ts';
import { quote } from '../../core/text.ts';
import { type ListedProject, listProjects } from '../../scheduler/index.ts';
import type { CommandContext } from '../command.ts';
import type { lsOptions } from '../commands/ls.ts';
import { projectNames, projectsJson, projectsTable } from '../output/projects.ts';
import { withSession } from '../session.ts';
import { type FilterRules, listTest } from './housekeeping/filters.ts';

/** Needs no file: it is about all projects. */
export async function run(context: CommandContext<typeof lsOptions>): Promise<number> {
  const { options, io } = context;
  const isListed = listTest(options.filter, rules);
  return withSession(context, { reports: false }, async (session) => {
    const projects = (await listProjects(session, { all: options.all })).filter(isListed);
    const format = options.quiet ? projectNames : options.format === 'json' ? projectsJson : projectsTable;
    io.stdout.write(format(projects));
    return 0;
  });
}

const rules: FilterRules<ListedProject> = {
  name: (wanted) => {
    const expression = expressionOf(wanted);
    return ({ name }) => name === wanted || expression.test(name);
  },
};

function expressionOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new FlotillaError('cli.usage', `${quote(text)} is no regular expression for the filter name`);
  }
}
