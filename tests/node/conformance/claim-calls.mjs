// The calls about a claim that a caller holds, of both services: the client has objects for them.
import { Claim } from 'syntha';

import { secondsOf, tokenOf, wirePosition } from './words.mjs';

export async function renewClaim(side, { lease, requestId, ...request }) {
  return { expireTime: (await claimOf(side, request).renew({ leaseSeconds: secondsOf(lease), requestId })).toISOString() };
}

export async function releaseClaim(side, { requestId, ...request }) {
  await claimOf(side, request).release({ requestId });
  return {};
}

export async function handOverClaim(side, { toAgent, lease, requestId, ...request }) {
  const { position } = await claimOf(side, request).handOver(toAgent, { leaseSeconds: secondsOf(lease), requestId });
  return { position: wirePosition(position) };
}

export async function leaveClaim(side, { name, ticket, asAgent, requestId }) {
  return { left: await side.awaitClaim(name, { requestId: ticket, agentName: asAgent }).leave({ requestId }) };
}

/** A handler knows its agent. */
function claimOf(side, { token, asAgent }) {
  return new Claim(side, tokenOf(token), { agentName: asAgent });
}
