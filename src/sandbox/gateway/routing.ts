import { cloudWatchJson, cloudWatchQuery, cloudWatchTarget } from './protocols/cloudwatch.ts';
import { jsonProtocol } from './protocols/json.ts';
import { queryProtocol } from './protocols/query.ts';
import { restJsonProtocol } from './protocols/rest-json.ts';
import { sqsQueryProtocol } from './protocols/sqs-query.ts';
import type { Protocol, WireRequest } from './protocols/protocol.ts';
import type { Service, ServiceName } from '../types.ts';

const serviceNames: readonly ServiceName[] = ['cloudwatch', 'iam', 'lambda', 'logs', 'sqs', 'sts'];

/** What requests for the service are signed for. */
export function signingName(service: ServiceName): string {
  return service === 'cloudwatch' ? 'monitoring' : service;
}

export function serviceSignedFor(scope: string): ServiceName | undefined {
  return serviceNames.find((name) => signingName(name) === scope);
}

/**
 * The service that a request is written for, by target, path or content type; `query` for the form
 * posts that IAM and STS share, and that older SDKs send to SQS; undefined for none.
 */
export function addressedService(
  request: Pick<WireRequest, 'headers' | 'path'>,
): ServiceName | 'query' | undefined {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    if (target.startsWith('AmazonSQS.')) return 'sqs';
    if (target.startsWith(`${cloudWatchTarget}.`)) return 'cloudwatch';
    return target.startsWith('Logs_20140328.') ? 'logs' : undefined;
  }
  if (/^\/20\d\d-\d\d-\d\d\//.test(request.path)) return 'lambda';
  const type = String(request.headers['content-type'] ?? '');
  return type.startsWith('application/x-www-form-urlencoded') ? 'query' : undefined;
}

/** How each service speaks. Lambda's routes come from the service itself. */
export function protocolsOf(
  services: ReadonlyMap<ServiceName, Service>,
): Readonly<Record<ServiceName | 'cloudwatchQuery' | 'sqsQuery', Protocol>> {
  return {
    sqs: jsonProtocol({
      version: '1.0',
      targetPrefix: 'AmazonSQS',
      typePrefix: 'com.amazonaws.sqs#',
      queryCompatible: true,
    }),
    sqsQuery: sqsQueryProtocol,
    cloudwatch: cloudWatchJson,
    cloudwatchQuery: cloudWatchQuery,
    logs: jsonProtocol({ version: '1.1', targetPrefix: 'Logs_20140328' }),
    iam: queryProtocol({ namespace: 'https://iam.amazonaws.com/doc/2010-05-08/' }),
    sts: queryProtocol({ namespace: 'https://sts.amazonaws.com/doc/2011-06-15/' }),
    lambda: restJsonProtocol(services.get('lambda')?.routes ?? []),
  };
}

/** Largest request body; more is answered with 413. */
export const bodyLimits: Readonly<Record<ServiceName, number>> = {
  // As recorded: "Request must be smaller than 70167211 bytes for the CreateFunction operation".
  lambda: 70_167_211,
  // 1 MiB of messages, which JSON may write twice as long and more.
  sqs: 8 * 1024 * 1024,
  logs: 8 * 1024 * 1024,
  cloudwatch: 2 * 1024 * 1024,
  iam: 2 * 1024 * 1024,
  sts: 2 * 1024 * 1024,
};
