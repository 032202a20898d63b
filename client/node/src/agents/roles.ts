import type { ContextMesh } from '../context-mesh.js';
import type { ToolHandler } from '../tool-handler.js';
import { TOOLS } from '../values/agent-access.js';
import type { AgentAccess, ToolName } from '../values/agent-access.js';
import type { CallSettings } from '../values/requests.js';
import { kindOf } from '../values/wire-text.js';

const READONLY = ['get_context', 'list_context', 'discover_topics'] as const satisfies readonly ToolName[];
const ALL_BUT_DELETING: readonly ToolName[] = TOOLS.filter((tool) => tool !== 'delete_topic');

/** The name of a predefined role. */
export type RoleName = 'readonly' | 'contributor' | 'moderator' | 'admin';

/** The name of a restriction level. */
export type RestrictionLevel = 'safe' | 'minimal' | 'readonly';

/** A program's own roles: their tools by their names. */
export type CustomRoles = Readonly<Record<string, readonly string[]>>;

/** The tools of the predefined roles. */
export const PREDEFINED_ROLES: Readonly<Record<RoleName, readonly ToolName[]>> = {
  readonly: READONLY,
  contributor: ALL_BUT_DELETING,
  moderator: ALL_BUT_DELETING,
  admin: TOOLS,
};

/** The tools of the levels that `createRestrictedHandler` takes. */
export const RESTRICTION_LEVELS: Readonly<Record<RestrictionLevel, readonly ToolName[]>> = {
  safe: ALL_BUT_DELETING,
  minimal: ['get_context', 'push_context', 'list_context'],
  readonly: READONLY,
};

/** A role and its tools. */
export interface RoleInfo {
  readonly role: string;
  readonly tools: readonly string[];
}

/** All predefined roles and restriction levels. */
export interface AllRoles {
  readonly roles: typeof PREDEFINED_ROLES;
  readonly restrictionLevels: typeof RESTRICTION_LEVELS;
}

/** The access and the topics of an agent of `createMultiAgentHandlers`. Every member may be left out. */
export interface AgentConfig {
  /** A predefined role, or one of the custom ones. */
  readonly role?: string;
  readonly allowedTools?: readonly string[];
  readonly deniedTools?: readonly string[];
  /** Topics to subscribe the agent to, in place of its former ones. */
  readonly topics?: readonly string[];
}

/** The members of a configuration. Any other is a typing error, which would leave an agent with more access than was meant. */
const CONFIG_MEMBERS = ['role', 'allowedTools', 'deniedTools', 'topics'];

/**
 * The tools of a predefined role. Without a role: the tools of all predefined roles and restriction levels.
 *
 * @throws TypeError There is no such role.
 */
export function getRoleInfo(role: string): RoleInfo;
export function getRoleInfo(): AllRoles;
export function getRoleInfo(role?: string): RoleInfo | AllRoles {
  return role === undefined
    ? { roles: PREDEFINED_ROLES, restrictionLevels: RESTRICTION_LEVELS }
    : { role, tools: entryOf(PREDEFINED_ROLES, role, 'role') };
}

/** A handler for an agent that has the role from now on. The server stores and enforces it, in place of what was stored for the agent. */
export async function createRoleBasedHandler(
  mesh: ContextMesh,
  agentName: string,
  role: string,
  { customRoles, ...options }: CallSettings & { customRoles?: CustomRoles } = {},
): Promise<ToolHandler> {
  return handlerOf(mesh, agentName, { role }, customRoles, options);
}

/**
 * A handler for an agent that is denied the tools that a level lacks (default: `safe`), so that `removeDeniedTool` can lift a denial. With
 * `allowedTools` it has that list instead. It replaces what was stored for the agent.
 */
export async function createRestrictedHandler(
  mesh: ContextMesh,
  agentName: string,
  restrictionLevel: RestrictionLevel = 'safe',
  { allowedTools, ...options }: CallSettings & { allowedTools?: readonly string[] } = {},
): Promise<ToolHandler> {
  const tools = entryOf(RESTRICTION_LEVELS, restrictionLevel, 'level');
  const config = allowedTools ? { allowedTools } : { deniedTools: TOOLS.filter((tool) => !tools.includes(tool)) };
  return handlerOf(mesh, agentName, config, undefined, options);
}

/** Handlers by the agents' names. The configurations replace what was stored for these agents. */
export async function createMultiAgentHandlers(
  mesh: ContextMesh,
  agentConfigs: Readonly<Record<string, AgentConfig>> | Iterable<AgentConfig & { readonly name: string }>,
  { customRoles, ...options }: CallSettings & { customRoles?: CustomRoles } = {},
): Promise<Map<string, ToolHandler>> {
  const configs: [string, AgentConfig][] = Symbol.iterator in agentConfigs
    ? Array.from(agentConfigs as Iterable<AgentConfig & { readonly name: string }>, ({ name, ...config }) => [name, config])
    : Object.entries(agentConfigs);
  // A fault in one configuration stores none of them.
  for (const [name, config] of configs) {
    checkConfig(name, config, customRoles);
  }
  const handlers = new Map<string, ToolHandler>();
  for (const [name, config] of configs) {
    handlers.set(name, await handlerOf(mesh, name, config, customRoles, options));
  }
  return handlers;
}

/**
 * A role as it is stored.
 *
 * @throws TypeError The role is neither predefined nor one of the custom ones, or a custom one is no list, or has the name of a predefined
 * one and other tools.
 */
export function storedRole(role: string | undefined, customRoles: CustomRoles = {}): Pick<AgentAccess, 'role' | 'roleTools'> {
  if (role === undefined || role === '') {
    return { role: '', roleTools: [] };
  }
  const tools = entryOf({ ...PREDEFINED_ROLES, ...customRoles }, role, 'role');
  if (!Array.isArray(tools)) {
    throw new TypeError(`The role '${role}' is ${kindOf(tools)}. Give the list of its tools.`);
  }
  if (!Object.hasOwn(PREDEFINED_ROLES, role)) {
    return { role, roleTools: tools };
  }
  const predefined: readonly string[] = PREDEFINED_ROLES[role as RoleName];
  // It would be stored as the predefined role, which allows other tools.
  if (tools.length !== predefined.length || predefined.some((tool) => !tools.includes(tool))) {
    throw new TypeError(`The role '${role}' is predefined, with other tools. Give your own role another name.`);
  }
  return { role, roleTools: [] };
}

async function handlerOf(
  mesh: ContextMesh, agentName: string, config: AgentConfig, customRoles: CustomRoles | undefined, options: CallSettings,
): Promise<ToolHandler> {
  checkConfig(agentName, config, customRoles);
  const { role, allowedTools, deniedTools = [], topics } = config;
  const handler = mesh.forAgent(agentName, customRoles && { roleBasedAccess: customRoles });
  await handler.setAccess({ ...storedRole(role, customRoles), allowedTools, deniedTools }, options);
  if (topics !== undefined) {
    await mesh.registerAgentTopics(agentName, topics, options);
  }
  return handler;
}

function checkConfig(agentName: string, config: AgentConfig, customRoles: CustomRoles | undefined): void {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw new TypeError(`The configuration of '${agentName}' is ${kindOf(config)}. Give an object such as { role: 'readonly' }.`);
  }
  const unknown = Object.keys(config).filter((name) => !CONFIG_MEMBERS.includes(name));
  if (unknown.length > 0) {
    throw new TypeError(`The configuration of '${agentName}' has ${unknown.join(', ')}, which is no member of a configuration.`);
  }
  storedRole(config.role, customRoles);
}

function entryOf<T>(table: Readonly<Record<string, T>>, name: string, what: string): T {
  if (!Object.hasOwn(table, name)) {
    throw new TypeError(`There is no ${what} '${name}'. Known: ${Object.keys(table).join(', ')}.`);
  }
  return table[name] as T;
}
