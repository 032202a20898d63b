import type { ContextMesh } from '../context-mesh.js';
import { ContextMesh as MeshService } from '../generated/syntha/v1/context_mesh_service_pb.js';
import { ToolHandler as ToolService } from '../generated/syntha/v1/tool_handler_service_pb.js';
import type { ToolHandler } from '../tool-handler.js';
import type { UserCalls } from '../transport/user-calls.js';
import { kindOf, optionalText } from '../values/wire-text.js';

/** The side that a claim belongs to: its calls, its service, and who acts. */
export interface Acting {
  readonly calls: UserCalls;
  readonly method: typeof MeshService.method | typeof ToolService.method;
  /** The field of each request. `undefined`: the owner. */
  readonly asAgent: string | undefined;
}

export function actingOf(side: ContextMesh | ToolHandler, agentName: string | undefined): Acting {
  if (typeof side !== 'object' || side === null || side.calls === undefined) {
    throw new TypeError(`side is ${kindOf(side)}. Give a ContextMesh or a ToolHandler.`);
  }
  return 'agentName' in side
    ? { calls: side.calls, method: ToolService.method, asAgent: side.agentName }
    : { calls: side.calls, method: MeshService.method, asAgent: optionalText(agentName, 'agentName') };
}
