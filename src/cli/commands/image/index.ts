import type { CommandDefinition } from '../../command.ts';
import { imageImport, imageLoad, imageSave } from './archives.ts';
import { imageLs } from './ls.ts';
import { imageInspect, imagePrune, imageRm, imageTag } from './names.ts';
import { imagePull } from './pull.ts';

export const imageCommands: readonly CommandDefinition[] = [
  imageLs,
  imagePull,
  imageLoad,
  imageSave,
  imageImport,
  imageTag,
  imageInspect,
  imageRm,
  imagePrune,
];
