import type { MessageInitShape } from '@bufbuild/protobuf';

import type { AgentAccess as WireAccess, AgentAccessSchema } from '../generated/syntha/v1/context_pb.js';
import { wireText, wireTexts } from '../transport/wire-text.js';

/** The seven tools, in the order in which they are listed. */
export const TOOLS = [
  'get_context', 'push_context', 'list_context', 'subscribe_to_topics', 'unsubscribe_from_topics', 'discover_topics', 'delete_topic',
] as const;

/** The name of a tool. */
export type ToolName = (typeof TOOLS)[number];

/** What is stored about an agent's tools. A tool is allowed while the role has it, the list of allowed tools has it, and it is not denied. */
export interface AgentAccess {
  /** `readonly`, `contributor`, `moderator`, `admin`, or a role of your own. Default: none, which allows all tools. */
  readonly role?: string;
  /** What a role of your own allows. Only with one. */
  readonly roleTools?: readonly string[];
  /** Default: all that the role allows. Empty: none. */
  readonly allowedTools?: readonly string[] | undefined;
  /** Tools that are not allowed, whatever role and list say. */
  readonly deniedTools?: readonly string[];
}

/** Which tools an agent may use, and why. */
export interface AccessSummary {
  readonly agentName: string;
  /** Empty: none. */
  readonly agentRole: string;
  readonly availableTools: readonly string[];
  /** Those that it may not use, for whatever reason. */
  readonly deniedTools: readonly string[];
  /** The list that is stored, or `'all'` where there is none. */
  readonly allowedTools: readonly string[] | 'all';
  readonly totalAvailable: number;
  readonly totalPossible: number;
}

export function accessOf(wire: WireAccess | undefined): AgentAccess | undefined {
  return wire && {
    role: wire.role,
    roleTools: wire.roleTools,
    allowedTools: wire.allowedTools?.names,
    deniedTools: wire.deniedTools,
  };
}

export function wireAccess(access: AgentAccess): MessageInitShape<typeof AgentAccessSchema> {
  return {
    role: wireText(access.role ?? '', 'role'),
    roleTools: wireTexts(access.roleTools, 'roleTools'),
    allowedTools: access.allowedTools && { names: wireTexts(access.allowedTools, 'allowedTools') },
    deniedTools: wireTexts(access.deniedTools, 'deniedTools'),
  };
}

export function withTool(tools: readonly string[], tool: string): readonly string[] {
  return tools.includes(tool) ? tools : [...tools, tool];
}

export function withoutTool(tools: readonly string[], tool: string): readonly string[] {
  return tools.filter((other) => other !== tool);
}
