/** A handler of somebody who forgot to log: it fails before its first line. */
export const handler = (): Promise<never> => Promise.reject(new Error('nothing is logged'));
