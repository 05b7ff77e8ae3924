import { err, ok, type Result } from '@headroom/kernel';
import { isObject, type Json, listAt, numberAt, textAt } from '../json.ts';
import { type Refusal, refusal } from './answer.ts';
import { INTERVALS_MAX, NAME_CHARS_MAX, OPERATIONS_MAX, TARGETS_MAX } from './bounds.ts';
import type { ObjectType } from './vtn-object.ts';

/** What is missing or of another kind, as a sentence; undefined: nothing. */
type Complaint = string | undefined;

/** Required texts of each kind (DR-N1). */
const NAMES: Readonly<Record<ObjectType, readonly string[]>> = {
  PROGRAM: ['programName'],
  EVENT: ['programID'],
  REPORT: ['eventID', 'clientName'],
  SUBSCRIPTION: ['clientName'],
  VEN: ['venName'],
  RESOURCE: ['resourceName', 'venID'],
};

/**
 * Required fields, and bounds. The standard leaves it to clients to judge the values: a limit of -50 kW passes here, and the VEN has to
 * refuse it.
 */
export function checkContent(type: ObjectType, body: unknown): Result<Json, Refusal> {
  if (!isObject(body)) return err(refusal(400, 'The body is no JSON object.'));
  const complaint = missingName(NAMES[type], body) ?? wrongTargets(body) ?? wrongParts(type, body);
  return complaint === undefined ? ok(body) : err(refusal(400, complaint));
}

function missingName(names: readonly string[], body: Json): Complaint {
  for (const name of names) {
    const text = textAt(body, name) ?? '';
    if (text === '') return `${name} is missing.`;
    if (text.length > NAME_CHARS_MAX) return `${name} has more than ${NAME_CHARS_MAX} characters.`;
  }
  return undefined;
}

function wrongTargets(body: Json): Complaint {
  const targets = body['targets'] ?? [];
  if (!Array.isArray(targets) || !targets.every((each) => typeof each === 'string'))
    return 'targets is no list of texts.';
  return targets.length > TARGETS_MAX ? `targets has more than ${TARGETS_MAX} entries.` : undefined;
}

function wrongParts(type: ObjectType, body: Json): Complaint {
  switch (type) {
    case 'EVENT':
      return body['intervals'] === undefined || body['intervals'] === null
        ? undefined
        : wrongIntervals(listAt(body, 'intervals'));
    case 'REPORT':
      return wrongResources(listAt(body, 'resources'));
    case 'SUBSCRIPTION':
      return wrongOperations(listAt(body, 'objectOperations'));
    case 'PROGRAM':
    case 'VEN':
    case 'RESOURCE':
      return undefined;
  }
}

function wrongIntervals(intervals: readonly unknown[] | undefined): Complaint {
  if (intervals === undefined) return 'intervals is missing or no list.';
  if (intervals.length > INTERVALS_MAX) return `intervals has more than ${INTERVALS_MAX} entries.`;
  for (const interval of intervals) {
    if (!isObject(interval) || numberAt(interval, 'id') === undefined) return 'An interval has no id.';
    const payloads = listAt(interval, 'payloads');
    const sound = payloads?.every(
      (each) => isObject(each) && textAt(each, 'type') !== undefined && listAt(each, 'values') !== undefined,
    );
    if (sound !== true) return 'The payloads of an interval are not a list of type and values.';
  }
  return undefined;
}

function wrongResources(resources: readonly unknown[] | undefined): Complaint {
  if (resources === undefined) return 'resources is missing or no list.';
  for (const resource of resources) {
    if (!isObject(resource) || textAt(resource, 'resourceName') === undefined) return 'A resource has no resourceName.';
    const wrong = wrongIntervals(listAt(resource, 'intervals'));
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function wrongOperations(entries: readonly unknown[] | undefined): Complaint {
  if (entries === undefined || entries.length === 0) return 'objectOperations is missing or empty.';
  if (entries.length > OPERATIONS_MAX) return `objectOperations has more than ${OPERATIONS_MAX} entries.`;
  const sound = entries.every(
    (each) =>
      isObject(each) &&
      listAt(each, 'objects') !== undefined &&
      listAt(each, 'operations') !== undefined &&
      isCallback(textAt(each, 'callbackUrl')),
  );
  return sound ? undefined : 'objectOperations wants objects, operations and a callbackUrl on loopback.';
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** A simulated VTN calls nobody outside of its machine. */
const isCallback = (url: string | undefined): boolean =>
  url !== undefined &&
  URL.canParse(url) &&
  /^https?:$/.test(new URL(url).protocol) &&
  LOOPBACK.has(new URL(url).hostname);
