import type { CommandDefinition } from '../../command.ts';
import { imageImport, imageLoad, imageSave } from './archives.ts';
import { imageHistory } from './history.ts';
import { imageLs } from './ls.ts';
import { imageInspect, imagePrune, imageRm, imageTag } from './names.ts';
import { imagePull } from './pull.ts';
import { imagePush } from './push.ts';

export const imageCommands: readonly CommandDefinition[] = [
  imageLs,
  imagePull,
  imagePush,
  imageLoad,
  imageSave,
  imageImport,
  imageTag,
  imageInspect,
  imageHistory,
  imageRm,
  imagePrune,
];
