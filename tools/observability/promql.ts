import { spawnSync } from 'node:child_process';
import { parser } from '@prometheus-io/lezer-promql';

/** Grafana puts a duration here; any will do. */
const INTERVAL = '$__rate_interval';
/** On the path, or not: nothing needs it. */
const PROMTOOL = 'promtool';
/** What is quoted of an expression. */
const QUOTED_CHARS = 20;

/** What Prometheus' own grammar of PromQL does not take; empty: all of it is an expression. */
export function syntaxProblemsOf(expr: string): readonly string[] {
  const text = expr.replaceAll(INTERVAL, '5m');
  const problems: string[] = [];
  parser.parse(text).iterate({
    enter: ({ type, from }) => {
      if (type.isError) problems.push(`no PromQL at ${JSON.stringify(text.slice(from, from + QUOTED_CHARS))}`);
    },
  });
  return problems;
}

/** The verdict of Prometheus' own tool, where it is installed (Debian: package `prometheus`). Undefined: it is not. */
export function promtool(...words: readonly string[]): { readonly status: number; readonly said: string } | undefined {
  const { status, stdout, stderr, error } = spawnSync(PROMTOOL, words, { encoding: 'utf8', timeout: 30_000 });
  return error === undefined ? { status: status ?? 1, said: `${stdout}${stderr}` } : undefined;
}
