/** What `ensureTopics` needs to know of a topic. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact';
  readonly replicationFactor: number;
}
