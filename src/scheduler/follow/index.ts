export {
  displayNameOf,
  type EndNews,
  Follower,
  type FollowerOptions,
  type NamedNews,
  type OutputSink,
} from './follower.ts';
