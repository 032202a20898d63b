import type { ContextMesh } from '../context-mesh.js';
import { ToolHandler } from '../generated/syntha/v1/tool_handler_service_pb.js';
import { accessOf, checkTool, isStandard, TOOLS, toolNames } from '../values/agent-access.js';
import type { AgentAccess } from '../values/agent-access.js';
import type { CallSettings, WriteSettings } from '../values/requests.js';
import { storedRole } from './roles.js';
import type { CustomRoles } from './roles.js';

/** Which tools an agent may use, and what is stored about that. */
export interface AccessSummary {
  readonly agentName: string;
  /** Empty: none. */
  readonly agentRole: string;
  readonly availableTools: readonly string[];
  /** The tools that it may not use, for any reason. */
  readonly deniedTools: readonly string[];
  /** The list that is stored, or `'all'` where there is none. */
  readonly allowedTools: readonly string[] | 'all';
  readonly totalAvailable: number;
  readonly totalPossible: number;
}

/** Which tools an agent may use: the part of `ToolHandler` that reads and sets it. */
export abstract class AccessControl {
  readonly agentName: string;
  readonly #mesh: ContextMesh;
  readonly #roles: CustomRoles;

  /** @internal */
  constructor(mesh: ContextMesh, agentName: string, roles: CustomRoles) {
    this.#mesh = mesh;
    this.agentName = agentName;
    this.#roles = roles;
  }

  /** What is stored about the agent's tools. `undefined`: nothing, so it may use all of them. */
  async getAccess(options: CallSettings = {}): Promise<AgentAccess | undefined> {
    return accessOf((await this.#readAccess(options)).access);
  }

  /** Sets which tools the agent may use, as the owner. `undefined`: all. Returns the tools that it may use now. */
  async setAccess(access: AgentAccess | undefined, options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#mesh.setAgentAccess(this.agentName, access, options);
  }

  /**
   * Sets the agent's role, and leaves its lists: a predefined role, or one of `roleBasedAccess`. `undefined`: no role, which allows all
   * tools. This setter and those below read what is stored, change it and store it. A change by another caller in between is lost. They all
   * return the tools that the agent may use then.
   *
   * @throws TypeError There is no such role.
   */
  async setAgentRole(role: string | undefined, options: WriteSettings = {}): Promise<readonly string[]> {
    const stored = storedRole(role, this.#roles);
    return this.#changeAccess((access) => ({ ...access, ...stored }), options);
  }

  /** Sets the list of allowed tools. `undefined`: all that the role allows. An empty list: none. */
  async setAllowedTools(tools: readonly string[] | undefined, options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#changeAccess((access) => ({ ...access, allowedTools: tools }), options);
  }

  /** Sets the tools that the agent may not use, even where its role and list have them. */
  async setDeniedTools(tools: readonly string[] = [], options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#changeAccess((access) => ({ ...access, deniedTools: tools }), options);
  }

  /**
   * Adds to the list of allowed tools. Without such a list nothing changes: the standard tools are allowed already. Another tool then
   * begins a list, with the standard tools before it.
   */
  async addAllowedTool(tool: string, options: WriteSettings = {}): Promise<readonly string[]> {
    const added = ({ allowedTools }: AgentAccess) =>
      allowedTools || !isStandard(tool) ? withTool(allowedTools ?? TOOLS, tool) : undefined;
    return this.#changeAccess((access) => ({ ...access, allowedTools: added(access) }), options);
  }

  /** Takes from the list of allowed tools. Without such a list it becomes the list of all other tools. */
  async removeAllowedTool(tool: string, options: WriteSettings = {}): Promise<readonly string[]> {
    const listed = ({ allowedTools, roleTools = [] }: AgentAccess) => allowedTools ?? (roleTools.length > 0 ? roleTools : TOOLS);
    return this.#changeAccess((access) => ({ ...access, allowedTools: withoutTool(listed(access), tool) }), options);
  }

  async addDeniedTool(tool: string, options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#changeAccess((access) => ({ ...access, deniedTools: withTool(access.deniedTools ?? [], tool) }), options);
  }

  async removeDeniedTool(tool: string, options: WriteSettings = {}): Promise<readonly string[]> {
    return this.#changeAccess((access) => ({ ...access, deniedTools: withoutTool(access.deniedTools ?? [], tool) }), options);
  }

  /** Which tools the agent may use, and what is stored about that. */
  async getAccessSummary(options: CallSettings = {}): Promise<AccessSummary> {
    const { access, availableTools, unavailableTools } = await this.#readAccess(options);
    const { role = '', allowedTools } = accessOf(access) ?? {};
    return {
      agentName: this.agentName,
      agentRole: role,
      availableTools: toolNames(availableTools),
      deniedTools: toolNames(unavailableTools),
      allowedTools: allowedTools ?? 'all',
      totalAvailable: availableTools.length,
      totalPossible: availableTools.length + unavailableTools.length,
    };
  }

  /** The names of the tools that the agent may use. */
  async getAvailableTools(options: CallSettings = {}): Promise<readonly string[]> {
    return toolNames((await this.#readAccess(options)).availableTools);
  }

  /** Whether the agent may use a tool. */
  async hasToolAccess(tool: string, options: CallSettings = {}): Promise<boolean> {
    return (await this.getAvailableTools(options)).includes(tool);
  }

  async #changeAccess(change: (access: AgentAccess) => AgentAccess, options: WriteSettings): Promise<readonly string[]> {
    return this.setAccess(change((await this.getAccess(options)) ?? {}), options);
  }

  #readAccess(options: CallSettings) {
    return this.#mesh.calls.call(ToolHandler.method.getAccess, { agent: this.agentName }, options);
  }
}

function withTool(tools: readonly string[], tool: string): readonly string[] {
  return tools.includes(tool) ? tools : [...tools, tool];
}

/** @throws SynthaError TOOL_INVALID: a typing error would take nothing away, and must not go unnoticed. */
function withoutTool(tools: readonly string[], tool: string): readonly string[] {
  if (!tools.includes(tool)) {
    checkTool(tool);
  }
  return tools.filter((other) => other !== tool);
}
