import type { MessageInitShape } from '@bufbuild/protobuf';

import { OmissionReason as WireReason, PromptFormat, PromptPlacement } from '../generated/syntha/v1/prompts_pb.js';
import type { Prompt as WirePrompt, PromptSpecSchema } from '../generated/syntha/v1/prompts_pb.js';
import type { Position as WirePosition } from '../generated/syntha/v1/context_pb.js';
import { wireText, wireTexts } from '../transport/wire-text.js';
import { positionOf, wirePosition } from '../values/position.js';
import type { Position } from '../values/position.js';
import { optionalDuration } from '../values/requests.js';

/** An agent's system prompt. Without items: the template without context, else the existing prompt, else an empty text. */
export interface SystemPrompt {
  /** With `{context}`. */
  template?: string;
  /** Only without `template`. */
  readyTemplate?: 'basic' | 'agent_specific' | 'context_aware';
  /** Whether to leave out the header line, `[Context]`. */
  omitHeader?: boolean;
  /** A prompt that the new one is put in front of. */
  existingPrompt?: string;
}

/** A message within a conversation. Without items: the template without context, else an empty text. */
export interface MessagePrompt {
  /** With `{context}`. */
  template?: string;
  /** Only without `template`. */
  readyTemplate?: 'update' | 'reminder' | 'context_only';
  /** Whether to leave out the header line, `[Context Update]`. */
  omitHeader?: boolean;
}

/** A template with items at places of their own. */
export interface CustomPrompt {
  /** The keys whose items the template may use, at most 1,000. */
  keys: readonly string[];
  /** `{key}` for each item. A placeholder that is none of the keys is refused. */
  template: string;
  /** What stands for a key that the agent cannot read. */
  fallbackText?: string;
}

/** Context in a prompt that is there already. */
export interface InjectPrompt {
  existingPrompt: string;
  /** Where the context goes. Default: `PREPEND`. */
  placement?: Exclude<keyof typeof PromptPlacement, 'UNSPECIFIED'>;
  /** What stands between context and prompt. Default: an empty line. */
  separator?: string;
}

/** How the items are written, and which they are: all that are set must hold. */
export interface PromptOptions {
  /**
   * `PLAIN` (default): one line an item, as the original wrote them; for values that you trust. `FENCED`: labelled and fenced, so that a
   * value can pose neither as an instruction nor as another item.
   */
  format?: Exclude<keyof typeof PromptFormat, 'UNSPECIFIED'>;
  /** Only items that were written in the last hour, or in the last `maxAgeSeconds` where that is set. */
  recentOnly?: boolean;
  /** Only items that were written no longer ago than this. */
  maxAgeSeconds?: number;
  /** Only items that are new to an agent which has seen this position: that of an earlier prompt. */
  since?: Position;
  /** How many bytes of UTF-8 the prompt may have: 1 to 1,048,576, which is the default. What does not fit is left out and named. */
  maxBytes?: number;
}

/** What prompt to write: one kind of it, and the options. */
export type PromptSpec = PromptOptions &
  ({ system: SystemPrompt } | { message: MessagePrompt } | { custom: CustomPrompt } | { inject: InjectPrompt });

/** Why an item was left out of a prompt. `UNKNOWN` is said by a newer server. */
export type OmissionReason = Exclude<keyof typeof WireReason, 'UNSPECIFIED'> | 'UNKNOWN';

/** A prompt, and what it shows. */
export interface Prompt {
  readonly text: string;
  /** The keys whose values the text shows, in byte order. */
  readonly keys: readonly string[];
  /** Items that were left out: the first 1,000. */
  readonly omitted: readonly { readonly key: string; readonly reason: OmissionReason }[];
  readonly totalOmitted: number;
  /** The position that it shows: what `since` takes next time. */
  readonly position: Position;
}

export function wirePrompt(spec: PromptSpec): MessageInitShape<typeof PromptSpecSchema> {
  return {
    kind: kindOf(spec),
    format: spec.format && PromptFormat[spec.format],
    recentOnly: spec.recentOnly ?? false,
    maxAge: optionalDuration(spec.maxAgeSeconds, 'maxAgeSeconds'),
    since: spec.since && wirePosition(spec.since),
    maxBytes: spec.maxBytes ?? 0,
  };
}

export function promptOf(answer: { readonly prompt?: WirePrompt | undefined; readonly position?: WirePosition | undefined }): Prompt {
  const { text = '', keys = [], omitted = [], totalOmitted = 0n } = answer.prompt ?? {};
  return {
    text,
    keys,
    omitted: omitted.map(({ key, reason }) => ({ key, reason: reasonOf(WireReason[reason] as keyof typeof WireReason | undefined) })),
    totalOmitted: Number(totalOmitted),
    position: positionOf(answer.position),
  };
}

function kindOf(spec: PromptSpec): MessageInitShape<typeof PromptSpecSchema>['kind'] {
  if ('system' in spec) {
    return { case: 'system', value: withText(spec.system, 'template', 'existingPrompt') };
  }
  if ('message' in spec) {
    return { case: 'message', value: withText(spec.message, 'template') };
  }
  if ('custom' in spec) {
    return { case: 'custom', value: { ...withText(spec.custom, 'template', 'fallbackText'), keys: wireTexts(spec.custom.keys, 'keys') } };
  }
  const { placement } = spec.inject;
  const inject = withText(spec.inject, 'existingPrompt', 'separator');
  return { case: 'inject', value: { ...inject, placement: placement && PromptPlacement[placement] } };
}

function withText<T extends object>(kind: T, ...names: (keyof T & string)[]): T {
  for (const name of names) {
    if (kind[name] !== undefined) {
      wireText(kind[name] as string, name);
    }
  }
  return kind;
}

function reasonOf(name: keyof typeof WireReason | undefined): OmissionReason {
  return name === undefined || name === 'UNSPECIFIED' ? 'UNKNOWN' : name;
}
