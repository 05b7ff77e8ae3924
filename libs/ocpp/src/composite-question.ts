/** GetCompositeSchedule, of one EVSE. */
export interface CompositeQuestion {
  readonly evse: number;
  /** In which it is to answer. Absent: as it likes. */
  readonly unit?: 'A' | 'W';
  /** How far ahead. Absent: a minute. */
  readonly durationS?: number;
}
