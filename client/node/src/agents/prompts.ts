import type { MessageInitShape } from '@bufbuild/protobuf';

import { SynthaError } from '../errors.js';
import type { Position as WirePosition } from '../generated/syntha/v1/item_pb.js';
import {
  MessageTemplate, OmissionReason as WireReason, PromptFormat, PromptPlacement, SystemTemplate,
} from '../generated/syntha/v1/prompt_pb.js';
import type { Prompt as WirePrompt, PromptSpecSchema } from '../generated/syntha/v1/prompt_pb.js';
import { positionOf, wirePosition } from '../values/position.js';
import type { Position } from '../values/position.js';
import { optionalDuration } from '../values/requests.js';
import { wireText, wireTexts } from '../values/wire-text.js';

const RECENT_SECONDS = 3600;

/** A system prompt. Without items it is the template without context, or else the existing prompt, or else an empty text. */
export interface SystemPrompt {
  /** A text with `{context}`. Default: the context alone. */
  template?: string;
  /** A template that the server has, in place of `template`. */
  readyTemplate?: 'basic' | 'agent_specific' | 'context_aware';
  /** Whether to leave out the header line, `[Context]`. */
  omitHeader?: boolean;
  /** A prompt that follows the new one. */
  existingPrompt?: string;
}

/** A message within a conversation. Without items it is the template without context, or else an empty text. */
export interface MessagePrompt {
  /** A text with `{context}`. Default: the context alone. */
  template?: string;
  /** A template that the server has, in place of `template`. */
  readyTemplate?: 'update' | 'reminder' | 'context_only';
  /** Whether to leave out the header line, `[Context Update]`. */
  omitHeader?: boolean;
}

/** A template with items at places of their own. */
export interface CustomPrompt {
  /** The keys of the items that the template may use, at most 1,000. */
  keys: readonly string[];
  /** `{key}` stands for the item with that key. A placeholder that is none of the keys is refused. */
  template: string;
  /** The text in place of an item that the agent cannot read. */
  fallbackText?: string;
}

/** Context in a prompt that exists already. */
export interface InjectPrompt {
  existingPrompt: string;
  /** Where the context goes. Default: `PREPEND`. */
  placement?: Exclude<keyof typeof PromptPlacement, 'UNSPECIFIED'>;
  /** The text between context and prompt. Default: an empty line. */
  separator?: string;
}

/** Which items a prompt shows, and how they are written. All conditions must hold. */
export interface PromptOptions {
  /**
   * `PLAIN` (default): one line an item, for values that you trust. `FENCED`: each item has a label and a fence, so a value can pose
   * neither as an instruction nor as another item.
   */
  format?: Exclude<keyof typeof PromptFormat, 'UNSPECIFIED'>;
  /** Only items that were written in the last hour. `maxAgeSeconds` wins over it. */
  recentOnly?: boolean;
  /** Only items that were written no longer ago than this. */
  maxAgeSeconds?: number;
  /** Only items that are new to an agent which has seen this position. Take the position of an earlier prompt. */
  since?: Position;
  /** How many bytes of UTF-8 the prompt may have: 1 to 1,048,576, which is the default. Items that do not fit are left out and named. */
  maxBytes?: number;
}

/** Which prompt to write: one kind, and the options. */
export type PromptSpec = PromptOptions &
  ({ system: SystemPrompt } | { message: MessagePrompt } | { custom: CustomPrompt } | { inject: InjectPrompt });

/** Why a prompt leaves an item out. `UNKNOWN` comes from a newer server. */
export type OmissionReason = Exclude<keyof typeof WireReason, 'UNSPECIFIED'> | 'UNKNOWN';

/** A prompt, and the items that it shows. */
export interface Prompt {
  readonly text: string;
  /** The keys of the items that the text shows, in byte order. */
  readonly keys: readonly string[];
  /** Items that were left out. At most 1,000. */
  readonly omitted: readonly { readonly key: string; readonly reason: OmissionReason }[];
  readonly totalOmitted: number;
  /** The position of the mesh that the prompt shows. `since` takes it next time. */
  readonly position: Position;
}

export function wirePrompt(spec: PromptSpec): MessageInitShape<typeof PromptSpecSchema> {
  return {
    kind: kindOf(spec),
    format: spec.format && PromptFormat[spec.format],
    maxAge: optionalDuration(spec.maxAgeSeconds ?? (spec.recentOnly ? RECENT_SECONDS : undefined), 'maxAgeSeconds'),
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
    const { template, readyTemplate, ...system } = spec.system;
    return { case: 'system', value: { ...withText(system, 'existingPrompt'), source: sourceOf(template, readyTemplate, SystemTemplate) } };
  }
  if ('message' in spec) {
    const { template, readyTemplate, ...message } = spec.message;
    return { case: 'message', value: { ...message, source: sourceOf(template, readyTemplate, MessageTemplate) } };
  }
  if ('custom' in spec) {
    return { case: 'custom', value: { ...withText(spec.custom, 'template', 'fallbackText'), keys: wireTexts(spec.custom.keys, 'keys') } };
  }
  const { placement } = spec.inject;
  const inject = withText(spec.inject, 'existingPrompt', 'separator');
  return { case: 'inject', value: { ...inject, placement: placement && PromptPlacement[placement] } };
}

/** @throws SynthaError TEMPLATE_INVALID: there is no such ready template, or there are two sources. */
function sourceOf<E extends SystemTemplate | MessageTemplate>(
  template: string | undefined, ready: string | undefined, templates: Readonly<Record<string, E | string>>,
): { case: 'template'; value: string } | { case: 'readyTemplate'; value: E } {
  if (!ready) {
    return { case: 'template', value: wireText(template ?? '', 'template') };
  }
  if (template) {
    throw invalidTemplate('There are a template and a ready one. Give one of them.', ready);
  }
  const known = Object.keys(templates).filter((name) => typeof templates[name] === 'number' && templates[name] !== 0);
  const found = known.find((name) => name.toLowerCase() === ready);
  if (found === undefined) {
    throw invalidTemplate(`There is no ready template '${ready}'. Known: ${known.join(', ').toLowerCase()}.`, ready);
  }
  return { case: 'readyTemplate', value: templates[found] as E };
}

function invalidTemplate(message: string, template: string): SynthaError {
  return SynthaError.refused('TEMPLATE_INVALID', message, 'ready_template', { template });
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
