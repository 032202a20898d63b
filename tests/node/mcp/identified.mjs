// A way to the server that says who calls. The conformance suite has no option for headers. All else is passed on as it is.
import { passOn, serve } from '../support/pass-on.mjs';

/** @returns {Promise<{ url: string, close: () => void }>} */
export function identified(server, headers) {
  return serve((request, answer) => passOn(server, request, answer, headers));
}
