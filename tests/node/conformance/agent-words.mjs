// The same as words.mjs, for prompts and outcomes.
import { durationOf, positionOf, secondsOf, shortName, wirePosition } from './words.mjs';

export function specOf({ system, message, custom, inject, format, maxAge, since, ...options }) {
  const placement = shortName(inject?.placement, 'PROMPT_PLACEMENT');
  const kinds = {
    system: withTemplate(system, 'SYSTEM_TEMPLATE'),
    message: withTemplate(message, 'MESSAGE_TEMPLATE'),
    custom: custom && { keys: [], ...custom },
    inject: inject && { ...inject, placement },
  };
  return {
    ...Object.fromEntries(Object.entries(kinds).filter(([, kind]) => kind !== undefined)),
    ...options,
    format: shortName(format, 'PROMPT_FORMAT'),
    maxAgeSeconds: secondsOf(maxAge),
    since: since && positionOf(since),
  };
}

function withTemplate(kind, prefix) {
  return kind && { ...kind, readyTemplate: shortName(kind.readyTemplate, prefix)?.toLowerCase() };
}

export function wirePromptAnswer({ position, omitted, totalOmitted, ...prompt }) {
  return {
    prompt: {
      ...prompt,
      omitted: omitted.map(({ key, reason }) => ({ key, reason: `OMISSION_REASON_${reason}` })),
      totalOmitted: String(totalOmitted),
    },
    position: wirePosition(position),
  };
}

const JSON_MEMBERS = ['input', 'output', 'metadata'];

export function reportOf({ duration, ...report }) {
  const told = { ...report, durationSeconds: secondsOf(duration) };
  for (const name of JSON_MEMBERS.filter((member) => `${member}Json` in report)) {
    told[name] = JSON.parse(report[`${name}Json`]);
  }
  return told;
}

export function filterOf({ agent, maxAge, minAge, ...filter } = {}) {
  return { ...filter, agentName: agent, maxAgeSeconds: secondsOf(maxAge), minAgeSeconds: secondsOf(minAge) };
}

export function wireOutcome({ number, agentName, time, durationSeconds, ...report }) {
  const wire = { taskType: report.taskType, success: report.success, error: report.error, duration: durationOf(durationSeconds) };
  for (const name of JSON_MEMBERS.filter((member) => report[member] !== undefined)) {
    wire[`${name}Json`] = JSON.stringify(report[name]);
  }
  return { number: String(number), agent: agentName, logTime: time.toISOString(), report: wire };
}

export function wireMetrics({ averageDurationSeconds, total, succeeded, failed, ...rates }) {
  const counts = { total: String(total), succeeded: String(succeeded), failed: String(failed) };
  return { ...counts, ...rates, averageDuration: durationOf(averageDurationSeconds) };
}
