import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** A zip that holds `index.mjs` with an empty handler: nobody ever invokes it. */
const zip =
  'UEsDBBQAAAAAAAAAIQB2NHSHIQAAACEAAAAJAAAAaW5kZXgubWpzZXhwb3J0IGNvbnN0IGhhbmRsZXIgPSAoKSA9PiB7fTsKUEsBAhQDFAAAAAAAAAAhAHY0dIchAAAAIQAAAAkAAAAAAAAAAAAAAKQBAAAAAGluZGV4Lm1qc1BLBQYAAAAAAQABADcAAABIAAAAAAA=';

/**
 * Deploys a function, as a pipeline does: with the permissions of its own role, and a role to pass.
 * @returns `made`, or the error that AWS answered, as far as the experiment needs it
 */
export const handler = async ({
  name: FunctionName,
  role: Role,
}: {
  readonly name: string;
  readonly role: string;
}): Promise<{ readonly answer: string; readonly message: string }> => {
  const lambda = new LambdaClient();
  try {
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: Buffer.from(zip, 'base64') },
      }),
    );
    return { answer: 'made', message: '' };
  } catch (error) {
    const { name: answer, message } = error as Error;
    return { answer, message };
  }
};
