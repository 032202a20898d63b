import { ToolDialect as WireDialect } from '../generated/syntha/v1/tool_handler_service_pb.js';
import type { JsonValue } from '../values/json.js';
import type { Position } from '../values/position.js';

/** The form in which a model's vendor wants tools defined. */
export type ToolDialect = Exclude<keyof typeof WireDialect, 'UNSPECIFIED'>;

/** A JSON object, as models and their vendors exchange it. */
export type JsonObject = { [name: string]: JsonValue };

/** One tool, as it is offered to a model. */
export interface ToolDefinition {
  /** The name under which the tool is listed and the model calls it. */
  readonly name: string;
  /** The tool: one of `ALL_TOOLS`. */
  readonly tool: string;
  readonly description: string;
  /** An entry of the vendor's list of tools. */
  readonly definition: JsonObject;
}

/** The answer of a tool. */
export interface ToolResult {
  /** The result for the model. It has `success`, and `error` on a refusal. */
  readonly result: JsonObject;
  /** The same as text, in which form models' vendors want it. */
  readonly resultJson: string;
  readonly success: boolean;
  readonly position: Position;
  readonly replayed: boolean;
}

/** The name in a definition of any dialect. */
export function nameOfTool(definition: object): string | undefined {
  const { name, title, function: own } = definition as { name?: unknown; title?: unknown; function?: { name?: unknown } };
  return [own?.name, name, title].find((found) => typeof found === 'string') as string | undefined;
}

/** The arguments that a model wrote, if they are a JSON object. An empty text stands for none. */
export function objectOf(args: string): JsonObject | undefined {
  try {
    const value = JSON.parse(args || '{}') as JsonValue;
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export { WireDialect };
