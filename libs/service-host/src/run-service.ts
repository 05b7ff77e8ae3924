import type { Result } from '@headroom/kernel';
import { type RunningTelemetry, startTelemetry } from '@headroom/telemetry/otel';
import { systemIds } from './chance.ts';
import { serveHealth } from './health-server.ts';
import type { Logger } from './logger.ts';
import { measureProcess } from './measure-process.ts';
import { createPinoLogger } from './pino-logger.ts';
import type { Platform } from './platform.ts';
import { createRealPlatform, type PlatformConfig, toPlatformConfig } from './real-platform.ts';
import type { Service } from './service.ts';

/** A service has this long to drain, then the process ends. */
export const STOP_GRACE_MS = 4_000;
/** EX_CONFIG of sysexits: no restart will mend it. */
const CONFIG_REFUSED_STATUS = 78;

export interface ServiceProcess<Raw, Config> {
  readonly name: string;
  readonly readEnv: (env: Readonly<Record<string, string | undefined>>) => Raw;
  readonly toConfig: (raw: Raw) => Result<Config, readonly string[]>;
  readonly assemble: (platform: Platform, config: Config) => Service;
  /** Handed over by main.ts, the only file that touches it. Signals, the parent's channel and the exit are its. */
  readonly process: NodeJS.Process;
}

/** One service as one process: configuration, platform, start, signals, drain, exit. */
export async function runService<Raw, Config>(part: ServiceProcess<Raw, Config>): Promise<void> {
  const { process } = part;
  const logger = createPinoLogger(part.name);
  const platformConfig = toPlatformConfig(process.env);
  const config = part.toConfig(part.readEnv(process.env));
  if (platformConfig.kind === 'err' || config.kind === 'err') {
    const wrong = [platformConfig, config].flatMap((result) => (result.kind === 'err' ? result.error : []));
    for (const sentence of wrong) logger.error('configuration refused', { sentence });
    return process.exit(CONFIG_REFUSED_STATUS);
  }
  const fatal = (why: string, cause: unknown): void => {
    logger.error('fatal', { why, cause: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) });
    process.exit(1);
  };
  const telemetry = telemetryOn(part.name, platformConfig.value, logger);
  const stopMeasuring = measureProcess(telemetry.metrics, process);
  try {
    const platform = await createRealPlatform(part.name, platformConfig.value, { logger, fatal, telemetry });
    const service = part.assemble(platform, config.value);
    telemetry.metrics.observe('headroom_ready', {}, () => (service.readiness().kind === 'ready' ? 1 : 0));
    const health = await serveHealth({
      service,
      port: platformConfig.value.healthPort,
      handledCalls: platform.handledCalls,
      telemetry,
    });
    onEnd(process, async (why) => {
      logger.info('stopping', { why });
      health.close();
      try {
        await service.stop(STOP_GRACE_MS);
        await platform.close();
        stopMeasuring();
        await telemetry.stop();
        process.exit(0);
      } catch (cause) {
        fatal('could not stop cleanly', cause);
      }
    });
    await service.start();
    logger.info('ready', { healthPort: health.port });
    process.send?.({ kind: 'ready' });
  } catch (cause) {
    fatal('could not start', cause);
  }
}

const telemetryOn = (
  service: string,
  { otlpEndpoint, traceSampleRatio }: PlatformConfig,
  logger: Logger,
): RunningTelemetry =>
  startTelemetry({
    service,
    instance: systemIds().next(),
    otlpEndpoint,
    sampleRatio: traceSampleRatio,
    onTrouble: (what) => logger.warn('telemetry.not-sent', { what }),
  });

/** Calls `end` once: at SIGTERM, SIGINT, or when the parent's channel breaks (ND-11). */
export function onEnd(process: NodeJS.Process, end: (why: string) => Promise<void>): void {
  let ending = false;
  const once = (why: string) => () => {
    // Ctrl-C reaches us twice (ND-12): the second is no wish to hurry.
    if (ending) return;
    ending = true;
    void end(why);
  };
  process.on('SIGTERM', once('SIGTERM'));
  process.on('SIGINT', once('SIGINT'));
  process.on('disconnect', once('the parent process went away'));
  process.channel?.unref();
}
