import type { MessageInitShape } from '@bufbuild/protobuf';

import type { PostPermissions as WirePermissions, PostPermissionsSchema } from '../generated/syntha/v1/agent_pb.js';
import { kindOf, wireTexts } from './wire-text.js';

/** What an agent may post. */
export interface PostPermissions {
  /** The topics that it may post to, and from which it may take items by pushing them anew. At most 1,000. */
  readonly topics: readonly string[];
  /** Whether it may push items without routing, which every agent reads. Default: no. */
  readonly mayPostGlobal?: boolean;
  /** Whether it may name subscribers. Default: no. */
  readonly mayPostDirect?: boolean;
}

export function permissionsOf(wire: WirePermissions | undefined): Required<PostPermissions> | undefined {
  return wire && { topics: wire.topics, mayPostGlobal: wire.mayPostGlobal, mayPostDirect: wire.mayPostDirect };
}

export function wirePermissions(permissions: PostPermissions): MessageInitShape<typeof PostPermissionsSchema> {
  if (typeof permissions !== 'object' || Array.isArray(permissions)) {
    throw new TypeError(`permissions is ${kindOf(permissions)}. Give an object such as { topics: ['t'] }.`);
  }
  return { ...permissions, topics: wireTexts(permissions.topics, 'topics') };
}
