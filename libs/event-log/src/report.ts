/**
 * What an adapter has to say that is nobody's answer: a batch that failed, a consumer that crashed, a jump of an offset.
 * Rare by nature, never one a record.
 */
export type LogReport = (event: string, fields: Readonly<Record<string, string | number>>) => void;

export const SILENT: LogReport = () => {};

export const wordsOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
