import { images, type TestEngine } from '../engine.ts';
import type { TestProject } from '../project.ts';

/** Something that goes wrong in a way that people meet, and the files that make it happen. */
export interface Fault {
  /** What is wrong, as the heading of its section. */
  readonly title: string;
  /** Of the project; `compose.yaml` among them. `busybox` in it is the image that the tests have. */
  readonly files: Readonly<Record<string, string>>;
  /** `up -d` unless given. */
  readonly args?: readonly string[];
  /** Makes the fault where files cannot. */
  readonly arrange?: (context: FaultContext) => Promise<Arrangement>;
  /** It takes an engine of its own that is a Docker Engine. */
  readonly onlyOnDocker?: boolean;
  /** More that differs from run to run. */
  readonly steady?: readonly (readonly [pattern: RegExp, instead: string])[];
}

export interface Arrangement {
  /** Variables for the commands on the project. */
  readonly env?: Readonly<Record<string, string>>;
  readonly end: () => Promise<void>;
}

export interface FaultContext {
  readonly engine: TestEngine;
  readonly project: TestProject;
}

/** The image that the tests have, where a file says `busybox`. */
export function withTestImage(text: string): string {
  return text.replaceAll('image: busybox', `image: ${images.busybox}`);
}

/** A service `web`, with more lines below its image. */
export function web(...lines: readonly string[]): string {
  return ['services:', '  web:', '    image: busybox', ...lines.map((line) => `    ${line}`), ''].join('\n');
}
