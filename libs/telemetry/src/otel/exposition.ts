import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { MetricReader } from '@opentelemetry/sdk-metrics';

/** Prometheus asks us, at whatever server we serve it (OT-06: an exporter with a port of its own fails silently). */
export class Exposition extends MetricReader {
  readonly #serializer = new PrometheusSerializer('', false, undefined, true, true);

  /** The metrics now, in the text format 0.0.4. */
  async text(): Promise<string> {
    const { resourceMetrics } = await this.collect();
    return this.#serializer.serialize(resourceMetrics);
  }

  protected override async onForceFlush(): Promise<void> {
    // Nothing waits here.
  }

  protected override async onShutdown(): Promise<void> {
    // Nothing was opened.
  }
}
