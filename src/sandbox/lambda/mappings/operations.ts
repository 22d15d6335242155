import { randomUUID } from 'node:crypto';
import { AwsError } from '../../errors.ts';
import { RawResult } from '../../types.ts';
import type { Access, CallContext, Operation, WireObject } from '../../types.ts';
import { functionReference, qualifiedArn } from '../function-name.ts';
import { invalidParameter, optionalNumber } from '../validation.ts';
import { requirePermissions } from './execution-role.ts';
import type { Lifecycle } from './lifecycle.ts';
import type { Mapping } from './mapping-store.ts';
import type { MappingParts } from './parts.ts';
import {
  requireFittingQueue,
  requireFittingTimeouts,
  requireFunction,
  requireSettled,
  requireUnique,
} from './requirements.ts';
import { readSettings, wireSettings } from './settings.ts';

const pageMax = 100;
const queueArnPattern = /^arn:aws[a-zA-Z0-9-]*:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,80}(?:\.fifo)?$/;

export function mappingOperations(
  parts: MappingParts,
  lifecycle: Lifecycle,
): Record<string, Operation> {
  return {
    CreateEventSourceMapping: {
      access: (input, context) => [
        {
          action: 'lambda:CreateEventSourceMapping',
          resource: '*',
          conditions: { 'lambda:FunctionArn': [functionArnOf(input, context)] },
        },
      ],
      run: (input, context) => create(parts, lifecycle, { input, context }),
    },

    GetEventSourceMapping: {
      access: (input, context) => [accessTo(parts, 'GetEventSourceMapping', { input, context })],
      run: (input, context) => wireMapping(findMapping(parts, input, context), context),
    },

    ListEventSourceMappings: {
      access: () => [{ action: 'lambda:ListEventSourceMappings', resource: '*' }],
      run: (input, context) => list(parts, input, context),
    },

    UpdateEventSourceMapping: {
      access(input, context) {
        const current = accessTo(parts, 'UpdateEventSourceMapping', { input, context });
        if (input['FunctionName'] === undefined) return [current];
        const conditions = { 'lambda:FunctionArn': [functionArnOf(input, context)] };
        return [current, { ...current, conditions }];
      },
      run: (input, context) => update(parts, lifecycle, { input, context }),
    },

    DeleteEventSourceMapping: {
      access: (input, context) => [accessTo(parts, 'DeleteEventSourceMapping', { input, context })],
      run(input, context) {
        const mapping = findMapping(parts, input, context);
        requireSettled(mapping, 'delete');
        const deleted = lifecycle.change(mapping, 'Deleting', 'gone');
        return new RawResult(202, wireMapping(deleted, context));
      },
    },
  };
}

interface Call {
  readonly input: WireObject;
  readonly context: CallContext;
}

function create(parts: MappingParts, lifecycle: Lifecycle, { input, context }: Call): RawResult {
  const queueArn = queueArnOf(input);
  const settings = readSettings(input, { fifo: queueArn.endsWith('.fifo') });
  const functionArn = functionArnOf(input, context);
  const target = requireFunction(parts, functionArn);
  requirePermissions(parts, target, queueArn);
  requireFittingQueue(parts, queueArn, target.timeoutSeconds);
  requireUnique(parts, { queueArn, functionArn, region: context.region });
  const enabled = input['Enabled'] !== false;
  const { region } = context;
  const mapping = { uuid: randomUUID(), region, queueArn, functionArn, settings };
  return new RawResult(202, wireMapping(lifecycle.add(mapping, enabled), context));
}

function update(parts: MappingParts, lifecycle: Lifecycle, { input, context }: Call): RawResult {
  const mapping = findMapping(parts, input, context);
  requireSettled(mapping, 'update');
  const { queueArn } = mapping;
  const settings = readSettings(input, {
    fifo: queueArn.endsWith('.fifo'),
    current: mapping.settings,
  });
  const functionArn =
    input['FunctionName'] === undefined ? mapping.functionArn : functionArnOf(input, context);
  const enabled = input['Enabled'] ?? mapping.state === 'Enabled';
  const changedFunction = functionArn !== mapping.functionArn;
  if (enabled === true || changedFunction) {
    const target = requireFunction(parts, functionArn);
    if (changedFunction) requirePermissions(parts, target, queueArn);
    requireFittingQueue(parts, queueArn, target.timeoutSeconds);
  } else {
    requireFittingTimeouts(parts, queueArn, functionArn);
  }
  if (changedFunction) requireUnique(parts, { ...mapping, functionArn });
  const to = enabled === true ? 'Enabled' : 'Disabled';
  const state = to === mapping.state ? 'Updating' : enabled === true ? 'Enabling' : 'Disabling';
  const changed = lifecycle.change({ ...mapping, settings, functionArn }, state, to);
  return new RawResult(202, wireMapping(changed, context));
}

function list(parts: MappingParts, input: WireObject, context: CallContext): WireObject {
  const maxItems = optionalNumber(input['MaxItems']) ?? pageMax;
  const functionArn = isGiven(input['FunctionName']) ? functionArnOf(input, context) : undefined;
  const queueArn = isGiven(input['EventSourceArn']) ? input['EventSourceArn'] : undefined;
  const found = parts.mappings
    .list(context.region)
    .filter(
      (mapping) =>
        (functionArn === undefined || mapping.functionArn === functionArn) &&
        (queueArn === undefined || mapping.queueArn === queueArn),
    );
  const start = startOf(found, input['Marker']);
  const page = found.slice(start, start + Math.min(maxItems, pageMax));
  const last = page.at(-1);
  const more = start + page.length < found.length;
  return {
    EventSourceMappings: page.map((mapping) => wireMapping(mapping, context)),
    ...(more && last !== undefined ? { NextMarker: last.uuid } : {}),
  };
}

/** @throws AwsError for a marker that no list gave out, or whose mapping is gone */
function startOf(found: readonly Mapping[], marker: unknown): number {
  if (!isGiven(marker)) return 0;
  const position = found.findIndex(({ uuid }) => uuid === marker);
  if (position < 0) throw invalidParameter('Invalid marker');
  return position + 1;
}

function wireMapping(mapping: Mapping, context: CallContext): WireObject {
  const { ScalingConfig, FilterCriteria, FunctionResponseTypes, MetricsConfig } = wireSettings(
    mapping.settings,
  );
  return {
    UUID: mapping.uuid,
    BatchSize: mapping.settings.batchSize,
    MaximumBatchingWindowInSeconds: mapping.settings.windowSeconds,
    EventSourceArn: mapping.queueArn,
    FilterCriteria,
    FunctionArn: mapping.functionArn,
    LastModified: Math.floor(mapping.lastModified) / 1000,
    State: mapping.state,
    StateTransitionReason: 'USER_INITIATED',
    FunctionResponseTypes,
    ScalingConfig,
    MetricsConfig,
    EventSourceMappingArn: mappingArn(mapping.uuid, context),
  };
}

function mappingArn(uuid: string, { region, accountId }: CallContext): string {
  return `arn:aws:lambda:${region}:${accountId}:event-source-mapping:${uuid}`;
}

/**
 * A mapping that is gone is told before anybody is asked for permission: without it, the function
 * that a policy's condition names is not known.
 */
function accessTo(parts: MappingParts, action: string, { input, context }: Call): Access {
  const { uuid, functionArn } = findMapping(parts, input, context);
  return {
    action: `lambda:${action}`,
    resource: mappingArn(uuid, context),
    conditions: { 'lambda:FunctionArn': [functionArn] },
  };
}

/** @throws AwsError `ResourceNotFoundException` */
function findMapping(parts: MappingParts, input: WireObject, { region }: CallContext): Mapping {
  const uuid = input['UUID'];
  const mapping = typeof uuid === 'string' ? parts.mappings.find(uuid) : undefined;
  if (mapping?.region === region) return mapping;
  throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
    status: 404,
    messageKey: 'Message',
  });
}

function functionArnOf(input: WireObject, context: CallContext): string {
  return qualifiedArn(functionReference(input, context));
}

/** @throws AwsError `InvalidParameterValueException` */
function queueArnOf(input: WireObject): string {
  const arn = input['EventSourceArn'];
  if (typeof arn === 'string' && queueArnPattern.test(arn)) return arn;
  throw invalidParameter('Unrecognized event source.');
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
