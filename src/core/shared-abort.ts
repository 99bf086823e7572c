import { setMaxListeners } from 'node:events';

/** For a signal to which any number of calls listen at once; Node takes more than ten listeners for a leak and says so. */
export function sharedAbortController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
