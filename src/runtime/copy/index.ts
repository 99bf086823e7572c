export {
  type LocalDestination,
  type LocalSource,
  localGround,
  lookAtDestination,
  lookAtSource,
} from './local.ts';
export { type LayerMark, type PackRequest, packEach, packPath } from './pack.ts';
export { type Ground, type UnpackRequest, unpack } from './unpack.ts';
