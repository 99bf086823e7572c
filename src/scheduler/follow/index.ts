export {
  displayNameOf,
  Follower,
  type FollowerOptions,
  type NamedNews,
  type OutputSink,
} from './follower.ts';
