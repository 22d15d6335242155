/**
 * An error as AWS answers it. The gateway writes it in the protocol of the service.
 * `code` is the modelled shape (`QueueDoesNotExist`); `queryErrorCode` the legacy code that SQS
 * sends in `x-amzn-query-error` and that the CLI shows (`AWS.SimpleQueueService.NonExistentQueue`).
 */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly queryErrorCode: string | undefined;
  /** Modelled members next to the message, e.g. `{ Reason: '…' }`. */
  readonly members: Readonly<Record<string, unknown>>;
  /** Lambda writes `Message` for some errors and `message` for others. */
  readonly messageKey: 'Message' | 'message';

  constructor(
    code: string,
    message: string,
    options: {
      status?: number;
      queryErrorCode?: string;
      members?: Record<string, unknown>;
      messageKey?: 'Message' | 'message';
      cause?: unknown;
    } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AwsError';
    this.code = code;
    this.status = options.status ?? 400;
    this.queryErrorCode = options.queryErrorCode;
    this.members = options.members ?? {};
    this.messageKey = options.messageKey ?? 'message';
  }
}
