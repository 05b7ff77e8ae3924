const PHASES = { l1DeciA: 160, l2DeciA: 161, l3DeciA: 162 };

export const OFFER = { atPlugInWh: '30000', keepWh: '5000', efficiencyPercent: 85, wearMicroPerKwh: '30000' };
export const BATTERY = { sizeWh: '77000', atPlugInWh: '30000' };

export const PLAN = {
  seq: '6',
  createdAtMs: '1764100000000',
  validUntilMs: '1764100600000',
  siteConfigVersion: '4',
  snapshotHash: 'ff',
  mode: 'PLAN_MODE_COST',
  boundsMs: ['1764100000000', '1764100200000', '1764100500000'],
  sessions: [
    {
      ...{ sessionId: 's-1', deliveredEnergyWh: '1200', energyWh: [400, 600], needEnergyWh: '9000' },
      ...{ missingEnergyWh: '8000', readyByMs: '1764110000000', dischargeEnergyWh: [0, 250] },
      ...{ costMicro: '-250000', carbonG: '410' },
    },
  ],
  importPowerW: ['12000', '-300'],
  envelopePowerW: ['12500', '500'],
  costMicro: '-1250000',
  carbonG: '830',
  ...{ buildingPowerW: ['9000', '9500'], pvPowerW: ['0', '1200'], forecastBy: 'same quarter of the last days' },
  levels: [{ name: 'shortfall 1', value: 8, gap: 1e-15 }],
};

/** Of SiteState: what only its next owner reads. */
export const OWNER_MEMORY = {
  snapshotSeq: '7',
  dispatcherEpoch: '11',
  stations: [
    {
      stationId: 'ST-001',
      connected: true,
      connectionGeneration: '4',
      interruptedAtMs: '1764090000000',
      limits: [
        {
          limit: { source: 'SO', schedules: [{ steps: [{ fromMs: '1764090000000', limit: '80' }] }] },
          validUntilMs: '1764176400000',
        },
      ],
    },
  ],
  evses: [
    {
      stationId: 'ST-001',
      evse: 1,
      status: { status: 'CONNECTOR_STATUS_CHARGING', sinceMs: '1764090000500' },
      chargingState: { transactionId: '81', state: 'CHARGING_STATE_CHARGING', sinceMs: '1764090001000' },
      session: {
        sessionId: 's-1',
        startedAtMs: '1764090000000',
        energyBeforeWh: '1200',
        requestedEnergyWh: '20000',
        departureAtMs: '1764110000000',
        exportedBeforeWh: '300',
        discharge: OFFER,
        battery: BATTERY,
      },
      transaction: {
        transactionId: '81',
        authorized: true,
        openedAtMs: '1764090001000',
        meterStartWh: '1000',
        exportStartWh: '600',
        exportSeenWh: '850',
        boostUntilMs: '1764110000000',
        boostedBy: 'operator',
      },
      closedTransactions: ['80'],
      endedSessions: ['s-0'],
      sample: {
        current: PHASES,
        powerW: '11040',
        registerWh: '4200',
        exportedRegisterWh: '850',
        offeredDeciA: 160,
        socPercent: 55,
        transactionId: '81',
        good: true,
        sampledAtMs: '1764100000000',
        receivedAtMs: '1764100000100',
      },
      phases: {
        transactionId: '81',
        lastAtMs: '1764100000000',
        carried: ['GRID_PHASE_L1'],
        silent: ['GRID_PHASE_L2', 'GRID_PHASE_L3'],
        provenFromMs: '1764090002000',
        supportedAtMs: '1764100000000',
        run: {
          silent: ['GRID_PHASE_L2', 'GRID_PHASE_L3'],
          firstAtMs: '1764090002000',
          lastAtMs: '1764100000000',
          samples: 9,
        },
        mostVoltageV: 231.5,
      },
      draw: {
        underSinceMs: '1764099000000',
        nothingSinceMs: '1764099000000',
        overSinceMs: '1764099000000',
        loweredSinceMs: '1764098500000',
        boundDeciA: 100,
        boundChangedAtMs: '1764099500000',
      },
      dispatch: {
        committedDeciA: 160,
        committedAtMs: '1764100000000',
        phases: ['GRID_PHASE_L1'],
        elsewhereDeciA: 60,
        passesPercent: 90,
        dischargeDeciA: 100,
        measuredDeciA: 170,
        unverified: true,
        commandedDeciA: 160,
        commandedRaisedAtMs: '1764098000000',
        leaseUntilMs: '1764100120000',
        refused: true,
        lastCommandId: 'ST-001:1:12:7',
        lastOutcome: 'rejected',
        disobeys: 'OBEDIENCE_STEP_STOP',
        refusesZero: true,
      },
    },
  ],
  readings: [
    {
      meterId: 'building',
      current: PHASES,
      sampledAtMs: '1764100000000',
      receivedAtMs: '1764100000050',
      temperatureDeciC: 412,
    },
  ],
  given: [
    {
      stationId: 'ST-001',
      evse: 1,
      limitDeciA: 160,
      raisedAtMs: '1764098000000',
      changedAtMs: '1764098000000',
      later: { fromMs: '1764100300000', limitDeciA: 80 },
      laterChangedAtMs: '1764100000000',
      onSinceMs: '1764097000000',
      closedAtMs: ['1764093500000', '1764097000000'],
      credit: { amountDeciAS: '-54000', asOfMs: '1764099960000', growsDeciA: 45 },
    },
  ],
  envelopes: [
    {
      meterId: 'building',
      level: PHASES,
      fallFrom: PHASES,
      fallSinceL1Ms: '1764099000000',
      fallSinceL2Ms: '1764099000001',
      fallSinceL3Ms: '1764099000002',
    },
  ],
  grid: [
    {
      circuitId: 'panel-a',
      version: '7',
      limits: [
        {
          startMs: '1764100306000',
          endMs: '1764103600000',
          limitW: '50000',
          kind: 'GRID_CAUSE_KIND_EVENT',
          source: 'dso',
          eventId: 'e-1',
        },
      ],
      carbon: [{ startMs: '1764100306000', endMs: '1764103600000', mgPerKwh: '412000' }],
    },
  ],
  lease: {
    length: { leaseS: 300, reason: '300 s: the building hardly moves.', lookedAtMs: '1764097200000' },
    siteConfigVersion: '4',
  },
  rises: [
    {
      ...{ meterId: 'building', lastAtMs: '1764100000000', step: PHASES },
      windows: [
        {
          ...{ leaseS: 300, lengthMs: '310000', index: '5690645' },
          open: { whole: true, least: PHASES, most: PHASES },
          before: { whole: true, least: PHASES, most: PHASES },
          ...{ l1Windows: [4, 0, 1], l2Windows: [5], l3Windows: [0, 5] },
        },
      ],
    },
  ],
  plan: { ownerEpoch: '12', plan: PLAN },
  forecast: {
    ...{ asOfMs: '1764100000000', loadW: '52000', pvW: '8000', quarterStartMs: '1764099900000' },
    ...{ seenFromMs: '1764099900000', loadEnergyMilliJ: '5200000000', pvEnergyMilliJ: '800000000' },
    weekday: { meanW: ['50000', '51000'], days: [4, 5] },
    weekend: { meanW: ['20000'], days: [2] },
    pv: { meanW: ['0', '9000'], days: [5, 5] },
    ...{ toldStartMs: ['1764099900000'], toldLoadW: ['52500'], toldPvW: ['7900'] },
    days: [
      {
        day: '20417',
        load: { quarters: 96, errorSumW: '48000', actualSumW: '4800000' },
        pv: { quarters: 40, errorSumW: '9000', actualSumW: '320000' },
      },
    ],
  },
  demandGuard: { limitW: '60000', untilMs: '1764100800000' },
};
