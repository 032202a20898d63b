import type { MessageInitShape } from '@bufbuild/protobuf';

import { SynthaError } from '../errors.js';
import { PredefinedRole } from '../generated/syntha/v1/agent_pb.js';
import type { AgentAccess as WireAccess, AgentAccessSchema } from '../generated/syntha/v1/agent_pb.js';
import { Tool } from '../generated/syntha/v1/options_pb.js';
import { kindOf, wireText, wireTexts } from './wire-text.js';

/** The names of the seven standard tools, in the order in which they are listed. An agent that nothing restricts has these. */
export const TOOLS = [
  'get_context', 'push_context', 'list_context', 'subscribe_to_topics', 'unsubscribe_from_topics', 'discover_topics', 'delete_topic',
] as const;

/** The names of all tools of the server. `update_context`, `claim` and `release` are off until an agent's access names them. */
export const ALL_TOOLS = [...TOOLS, 'update_context', 'claim', 'release'] as const;

/** The name of a tool. */
export type ToolName = (typeof ALL_TOOLS)[number];

/**
 * Which tools an agent may use. A tool is allowed when the role has it, the list of allowed tools has it (where there is such a list), and
 * it is not denied.
 */
export interface AgentAccess {
  /** `readonly`, `contributor`, `moderator`, `admin`, or a role of your own. Default: none, which lacks no tool. */
  readonly role?: string;
  /** The tools of a role of your own. */
  readonly roleTools?: readonly string[];
  /** Default: the standard tools that the role has, and all tools of a role of your own. Empty: none. */
  readonly allowedTools?: readonly string[] | undefined;
  /** Tools that the agent may not use, even where its role and list have them. */
  readonly deniedTools?: readonly string[];
  /**
   * Whether the agent may read the past, which shows what it could read then: that may be more than it can read now. No role includes it.
   * Default: no.
   */
  readonly mayReadPast?: boolean;
}

export function accessOf(wire: WireAccess | undefined): AgentAccess | undefined {
  return wire && {
    ...roleOf(wire),
    allowedTools: wire.allowedTools && toolNames(wire.allowedTools.tools),
    deniedTools: toolNames(wire.deniedTools),
    mayReadPast: wire.mayReadPast,
  };
}

/**
 * @throws SynthaError TOOL_INVALID: a name is no tool.
 * @throws TypeError It is no object. It must not become access that allows everything.
 */
export function wireAccess(access: AgentAccess): MessageInitShape<typeof AgentAccessSchema> {
  if (typeof access !== 'object' || Array.isArray(access)) {
    throw new TypeError(`access is ${kindOf(access)}. Give an object such as { role: 'readonly' }.`);
  }
  const { allowedTools } = access;
  const hasList = allowedTools !== undefined && allowedTools !== null;
  return {
    role: wireRole(access.role ?? '', access.roleTools ?? []),
    allowedTools: hasList ? { tools: wireTools(allowedTools, 'allowedTools') } : undefined,
    deniedTools: wireTools(access.deniedTools ?? [], 'deniedTools'),
    mayReadPast: access.mayReadPast === true,
  };
}

/** A tool of a newer server has no name here: its number stands for it. */
export function toolNames(tools: readonly Tool[]): string[] {
  return tools.map((tool) => Tool[tool]?.toLowerCase() ?? String(tool));
}

function roleOf({ role }: WireAccess): Pick<AgentAccess, 'role' | 'roleTools'> {
  switch (role.case) {
    case 'predefinedRole':
      return { role: PredefinedRole[role.value]?.toLowerCase() ?? String(role.value), roleTools: [] };
    case 'customRole':
      return { role: role.value.name, roleTools: toolNames(role.value.tools) };
    default:
      return { role: '', roleTools: [] };
  }
}

function wireRole(role: string, roleTools: readonly string[]): MessageInitShape<typeof AgentAccessSchema>['role'] {
  const tools = wireTools(roleTools, 'roleTools');
  const predefined = Object.entries(PredefinedRole).find(([name, value]) => value !== 0 && name.toLowerCase() === role);
  if (predefined && tools.length === 0) {
    return { case: 'predefinedRole', value: predefined[1] as PredefinedRole };
  }
  return role === '' && tools.length === 0
    ? { case: undefined }
    : { case: 'customRole', value: { name: wireText(role, 'role'), tools } };
}

function wireTools(names: readonly string[], what: string): Tool[] {
  return wireTexts(names, what).map((name) => {
    checkTool(name);
    return Tool[name.toUpperCase() as keyof typeof Tool];
  });
}

export function isStandard(tool: string): boolean {
  return (TOOLS as readonly string[]).includes(tool);
}

/** @throws SynthaError TOOL_INVALID: there is no such tool. */
export function checkTool(name: string): void {
  if (!(ALL_TOOLS as readonly string[]).includes(name)) {
    const message = `There is no tool '${name}'. The tools are ${ALL_TOOLS.join(', ')}.`;
    throw SynthaError.refused('TOOL_INVALID', message, 'access', { tool: name });
  }
}
