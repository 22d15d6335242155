import { createHmac, createSecretKey, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { Store } from '../store.ts';
import { receiptHandleIsInvalid } from './errors.ts';

/** Which receive of which message in which queue a receipt handle stands for. */
export interface Receipt {
  readonly queueId: number;
  readonly messageId: string;
  /** The ApproximateReceiveCount that the receive showed. */
  readonly receiveCount: number;
}

/** Real handles begin with `AQEB`, which is what these bytes become in base64. */
const prefix = Buffer.from([1, 1, 1]);
const bodyBytes = prefix.length + 6 + 16 + 6;
const macBytes = 32;

/**
 * Receipt handles that need not be stored: each says itself what it stands for, and a code made with
 * the store's own key tells it from garbage.
 */
export class ReceiptHandles {
  readonly #key: KeyObject;

  constructor(store: Store) {
    const stored = store.setting('sqs.receipt-handle-key') ?? randomBytes(32).toString('hex');
    store.setSetting('sqs.receipt-handle-key', stored);
    this.#key = createSecretKey(stored, 'hex');
  }

  issue(receipt: Receipt): string {
    const body = Buffer.alloc(bodyBytes);
    prefix.copy(body);
    body.writeUIntBE(receipt.queueId, 3, 6);
    body.write(receipt.messageId.replaceAll('-', ''), 9, 'hex');
    body.writeUIntBE(receipt.receiveCount, 25, 6);
    return Buffer.concat([body, this.#mac(body)]).toString('base64');
  }

  /** @throws ReceiptHandleIsInvalid for anything but a handle that this store issued for this queue */
  read(handle: string, queueId: number): Receipt {
    const bytes = Buffer.from(handle, 'base64');
    const body = bytes.subarray(0, bodyBytes);
    const genuine =
      bytes.length === bodyBytes + macBytes &&
      bytes.toString('base64') === handle &&
      timingSafeEqual(bytes.subarray(bodyBytes), this.#mac(body)) &&
      body.readUIntBE(3, 6) === queueId;
    if (!genuine) throw receiptHandleIsInvalid(handle);
    return { queueId, messageId: uuidAt(body, 9), receiveCount: body.readUIntBE(25, 6) };
  }

  #mac(body: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}

function uuidAt(bytes: Buffer, offset: number): string {
  const hex = bytes.toString('hex', offset, offset + 16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
