import type { Sample } from './sample.ts';

const AT = '1764100000123';
const UNTIL = '1764100120000';
const LATER = { fromMs: '1764100060000', limitDeciA: 80 };
const at = (topic: string, offset: string) => ({ topic, partition: 3, offset });

/** What a dispatcher hands over to the next one, and what it says of a gateway that is silent. */
export const DISPATCH_SAMPLES: readonly Sample[] = [
  {
    topic: 'dispatchFacts',
    title: 'committed changed',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      committedChanged: {
        stationId: 'ST-001',
        evse: 1,
        committedDeciA: 320,
        members: [{ kind: 'unresolved', limitDeciA: 320, untilMs: '1764100120000' }],
        atMs: '1764100000123',
        commandedDeciA: 160,
        leaseUntilMs: '1764100120000',
      },
    },
  },
  {
    topic: 'dispatchFacts',
    title: 'station unreachable',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      stationUnreachable: {
        stationId: 'ST-001',
        connectionGeneration: '7',
        atMs: AT,
        why: 'gateway 127.0.0.1:9000 has not answered for 15 s',
      },
    },
  },
  {
    topic: 'dispatchFacts',
    title: 'evse disobeys',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      evseDisobeys: {
        ...{ stationId: 'ST-001', evse: 1, step: 'OBEDIENCE_STEP_FORBID', toldDeciA: 60, drawnDeciA: 161 },
        ...{ sinceMs: '1764100000000', atMs: AT, says: '32 A', refusesZero: true },
      },
    },
  },
  {
    topic: 'dispatchFacts',
    title: 'profiles checked',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      profilesChecked: {
        ...{ stationId: 'ST-001', atMs: AT },
        findings: [
          {
            ...{ kind: 'PROFILE_FINDING_KIND_FOREIGN', evse: 1, profileId: '77', stackLevel: 3 },
            ...{ purpose: 'TxDefaultProfile', allowsMore: true, endsAtMs: UNTIL },
          },
        ],
        missingLimits: [{ evse: 0, source: 'EMS', toldAtMs: AT }],
      },
    },
  },
  {
    topic: 'dispatchFacts',
    title: 'composite checked',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      compositeChecked: {
        ...{ stationId: 'ST-001', evse: 1, atMs: AT, says: '8 A', atMostDeciA: 80 },
        findings: ['COMPOSITE_FINDING_LESS', 'COMPOSITE_FINDING_NEVER_ENDS'],
      },
    },
  },
  {
    topic: 'dispatchFacts',
    title: 'lease end seen',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      leaseEndSeen: {
        stationId: 'ST-001',
        evse: 1,
        atMs: AT,
        vendor: 'V',
        model: 'M',
        firmwareVersion: '1.2',
        isKept: true,
      },
    },
  },
  {
    topic: 'dispatchState',
    title: 'dispatch state',
    json: {
      siteId: 'depot',
      dispatcherEpoch: '12',
      snapshotSeq: '4',
      takenAtMs: AT,
      inputs: [at('headroom.station.facts.v1', '900'), at('headroom.dispatch.facts.v1', '120')],
      ownOffset: '122',
      openedEpoch: '12',
      optimizerEpoch: '9',
      stations: [
        {
          stationId: 'ST-001',
          connected: true,
          connectionGeneration: '7',
          connectedAtMs: '1764090000000',
          gatewayAddress: '127.0.0.1:9000',
          bootGeneration: '6',
          interruptedAtMs: '1764090000000',
          limits: [
            {
              limit: {
                ...{ evse: 1, source: 'EMS', gridCritical: true },
                schedules: [
                  { inWatts: true, steps: [{ fromMs: '1764090000000', limit: '7400' }], untilMs: '1764093600000' },
                ],
              },
              validUntilMs: '1764176400000',
            },
          ],
          profiles: {
            ...{ readAtMs: AT, failures: 2, differs: true, overruled: [1] },
            findings: [{ kind: 'PROFILE_FINDING_KIND_CHANGED', evse: 1, profileId: '11', purpose: 'TxProfile' }],
          },
          clockSkewMs: '-400',
          clockDistancesMs: ['400', '1200'],
          givenUp: true,
          vendor: 'V',
          model: 'M',
          firmwareVersion: '1.2',
          ocppVersion: 'OCPP_VERSION_1_6',
          capabilities: {
            readAtMs: AT,
            failures: 1,
            smartChargingOff: true,
            inAmperes: true,
            inWatts: true,
            maxStackLevel: 8,
            maxPeriods: 6,
            maxProfiles: 4,
            since21: { maxOfflineDuration: true, dynamicProfiles: true },
            phaseSwitching: true,
            remarks: ['ChargingScheduleMaxPeriods is "0": taken as 1'],
          },
        },
      ],
      evses: [
        {
          stationId: 'ST-001',
          evse: 1,
          transaction: 1,
          proven: true,
          installedDeciA: 60,
          fallbacks: [{ commandId: 'f1-60-3-12-1', epoch: '12', seq: '1', limitDeciA: 60 }],
          attempts: [
            {
              commandId: 'l1-160-3-11-9',
              epoch: '11',
              seq: '9',
              limitDeciA: 160,
              transaction: 1,
              untilMs: UNTIL,
              stray: true,
              later: LATER,
              toldSkewMs: '1200',
            },
          ],
          acknowledged: {
            epoch: '12',
            seq: '2',
            limitDeciA: 100,
            transaction: 1,
            untilMs: UNTIL,
            answeredAtMs: AT,
            later: LATER,
            toldSkewMs: '-400',
          },
          unsettled: {
            limitDeciA: 200,
            untilMs: UNTIL,
            transaction: 1,
            provableFromMs: AT,
            stray: true,
            later: LATER,
            toldSkewMs: '-400',
          },
          sample: { drawDeciA: 98, transaction: 1, offeredDeciA: 100, sampledAtMs: AT },
          endedTransactions: [2],
          phases: {
            transaction: 1,
            lastAtMs: AT,
            carried: ['GRID_PHASE_L1'],
            silent: ['GRID_PHASE_L2', 'GRID_PHASE_L3'],
            provenFromMs: '1764099980000',
            supportedAtMs: AT,
            run: { silent: ['GRID_PHASE_L2', 'GRID_PHASE_L3'], firstAtMs: '1764099980000', lastAtMs: AT, samples: 3 },
            mostVoltageV: 231.5,
          },
          leaseBackoff: { failures: 2, notBeforeMs: AT, limitDeciA: 160 },
          fallbackBackoff: { failures: 1, notBeforeMs: AT, limitDeciA: 60 },
          told: {
            stationId: 'ST-001',
            evse: 1,
            committedDeciA: 200,
            members: [{ kind: 'unsettled', limitDeciA: 200, untilMs: UNTIL, later: LATER }],
            atMs: AT,
            commandedDeciA: 100,
            leaseUntilMs: UNTIL,
            phases: ['GRID_PHASE_L1'],
            elsewhereDeciA: 60,
            passesPercent: 90,
          },
          toldEpoch: '12',
          target: { limitDeciA: 100, transaction: 1, later: LATER },
          transactions: ['81', '80'],
          singlePeriod: true,
          zeroRefusals: 2,
          ...{ zeroRefusedIn: 1, lapses: 2, lapsedIn: 1 },
          composite: {
            ...{ readAtMs: AT, failures: 1, findings: ['COMPOSITE_FINDING_MORE'], says: '32 A', atMostDeciA: 80 },
          },
          pausedIn: 1,
          retellOwed: true,
          retellOwedSinceMs: '1764100059000',
          retellFullAtMs: '1764100060000',
          transactionStartedAtMs: '1764099990000',
          disobedience: {
            ...{ sinceMs: '1764100000000', step: 'OBEDIENCE_STEP_ASK', steppedAtMs: AT },
            ...{ obeysSinceMs: '1764100001000', leftAtMs: '1764100002000', says: '32 A', refusesZero: true },
          },
          service: 'EVSE_SERVICE_OUT',
        },
      ],
      decision: {
        epoch: '9',
        seq: '41',
        validUntilMs: UNTIL,
        limits: [{ circuitId: 'grid', powerLimitW: '50000' }],
        dropAtMs: UNTIL,
        dropLimits: [{ circuitId: 'grid', powerLimitW: '30000' }],
        leaseS: 300,
      },
      meters: [
        {
          meterId: 'building',
          current: { l1DeciA: 310, l2DeciA: 305, l3DeciA: 298 },
          sampledAtMs: AT,
          receivedAtMs: AT,
          temperatureDeciC: 412,
        },
      ],
      leaseEnds: [{ vendor: 'V', model: 'M', firmwareVersion: '1.2', isKept: true }],
    },
  },
];
