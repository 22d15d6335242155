/**
 * An SQS that does nothing: it reads each request and gives the answer that is ready. No server can be faster behind the
 * same client, so its rate says how much of a measured time is the client's own. Started by `bench-sandbox.ts`.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const Body = 'x'.repeat(256);
const MD5OfBody = createHash('md5').update(Body).digest('hex');
const MessageId = '0b0b0b0b-0b0b-4b0b-8b0b-0b0b0b0b0b0b';
const message = { MessageId, ReceiptHandle: 'r'.repeat(120), MD5OfBody, Body };
const ten = Array.from({ length: 10 }, (_, i) => ({ Id: String(i) }));

const answers = {
  CreateQueue: { QueueUrl: 'http://127.0.0.1/000000000000/bench' },
  SendMessage: { MessageId, MD5OfMessageBody: MD5OfBody },
  SendMessageBatch: {
    Successful: ten.map(({ Id }) => ({ Id, MessageId, MD5OfMessageBody: MD5OfBody })),
    Failed: [],
  },
  DeleteMessageBatch: { Successful: ten, Failed: [] },
};

/** @returns {string} */
function answerTo(operation, input) {
  if (operation === 'DeleteMessage') return '';
  if (operation !== 'ReceiveMessage') return JSON.stringify(answers[operation]);
  const { MaxNumberOfMessages = 1 } = JSON.parse(input);
  return JSON.stringify({ Messages: Array.from({ length: MaxNumberOfMessages }, () => message) });
}

const server = createServer((request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.')[1];
  let input = '';
  request.on('data', (chunk) => (input += chunk));
  request.on('end', () => {
    const body = answerTo(operation, input);
    response.writeHead(200, {
      'content-type': 'application/x-amz-json-1.0',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 75_000;
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
