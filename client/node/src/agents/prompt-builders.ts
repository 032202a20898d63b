// The prompt builders by the names of the Python package. Each is one call of `ContextMesh.buildPrompt`, as the agent.
import type { ContextMesh } from '../context-mesh.js';
import type { CallSettings } from '../values/requests.js';
import { wireText } from '../values/wire-text.js';
import type { CustomPrompt, InjectPrompt, MessagePrompt, Prompt, PromptOptions, PromptSpec, SystemPrompt } from './prompts.js';

type Options = PromptOptions & CallSettings;

/** A system prompt with the items that the agent can read. */
export function buildSystemPrompt(agentName: string, mesh: ContextMesh, options: SystemPrompt & Options = {}): Promise<Prompt> {
  const { template, readyTemplate, omitHeader, existingPrompt, ...rest } = options;
  return build(agentName, mesh, { system: given({ template, readyTemplate, omitHeader, existingPrompt }) }, rest);
}

/** A message within a conversation, with the items that the agent can read. */
export function buildMessagePrompt(agentName: string, mesh: ContextMesh, options: MessagePrompt & Options = {}): Promise<Prompt> {
  const { template, readyTemplate, omitHeader, ...rest } = options;
  return build(agentName, mesh, { message: given({ template, readyTemplate, omitHeader }) }, rest);
}

/** The template with the item of a key in place of each `{key}`. A placeholder that is none of the keys is refused. */
export function buildCustomPrompt(
  agentName: string,
  mesh: ContextMesh,
  keys: readonly string[],
  template: string,
  options: Pick<CustomPrompt, 'fallbackText'> & Options = {},
): Promise<Prompt> {
  const { fallbackText, ...rest } = options;
  return build(agentName, mesh, { custom: { keys, template, ...given({ fallbackText }) } }, rest);
}

/** The prompt with the context in front of it, behind it, or in place of `{context}` in it. */
export function injectContextIntoPrompt(
  existingPrompt: string, agentName: string, mesh: ContextMesh, options: Omit<InjectPrompt, 'existingPrompt'> & Options = {},
): Promise<Prompt> {
  const { placement, separator, ...rest } = options;
  return build(agentName, mesh, { inject: { existingPrompt, ...given({ placement, separator }) } }, rest);
}

async function build(agentName: string, mesh: ContextMesh, kind: PromptSpec, { signal, ...options }: Options): Promise<Prompt> {
  // Without a name the prompt would show all that the owner sees.
  const agent = wireText(agentName, 'agentName');
  return mesh.buildPrompt({ ...options, ...kind }, { agentName: agent, ...(signal && { signal }) });
}

/** Leaves out members that are undefined: the contract tells an absent member from an empty one. */
function given<T extends object>(members: T): { [name in keyof T]?: Exclude<T[name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as ReturnType<typeof given<T>>;
}
