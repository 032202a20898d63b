import { ToolDialect as WireDialect } from '../generated/syntha/v1/tool_handler_pb.js';
import type { JsonValue } from '../values/json.js';
import type { Position } from '../values/position.js';

/** Whose form the definitions of tools have. */
export type ToolDialect = Exclude<keyof typeof WireDialect, 'UNSPECIFIED'>;

/** A JSON object, as models and their vendors exchange it. */
export type JsonObject = { [name: string]: JsonValue };

/** One tool, as it is offered to a model. */
export interface ToolDefinition {
  /** The name that it is listed under, and that the model calls. */
  readonly name: string;
  /** Our name for it, one of the seven. */
  readonly tool: string;
  readonly description: string;
  /** An entry of the vendor's list of tools. */
  readonly definition: JsonObject;
}

/** What a tool answered. */
export interface ToolResult {
  /** For the model: `success`, and what the tool tells, or `error` and what helps to do better. */
  readonly result: JsonObject;
  /** The same as text, as a model's vendor wants it. */
  readonly resultJson: string;
  readonly success: boolean;
  readonly position: Position;
  readonly replayed: boolean;
}

/** The name of a tool of a model's vendor, in whichever dialect its definition is. */
export function nameOfTool(definition: object): string | undefined {
  const { name, title, function: own } = definition as { name?: unknown; title?: unknown; function?: { name?: unknown } };
  return [own?.name, name, title].find((found) => typeof found === 'string') as string | undefined;
}

/** What a model wrote as arguments, if it is a JSON object; nothing stands for none. */
export function objectOf(args: string): JsonObject | undefined {
  try {
    const value = JSON.parse(args || '{}') as JsonValue;
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export { WireDialect };
