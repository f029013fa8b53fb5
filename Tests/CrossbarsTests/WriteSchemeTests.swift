import Devices
import Kernels
import Testing

@testable import Crossbars

/// What holds for every way to write.
@Suite struct WriteSchemeTests {
  struct Scheme: Sendable, CustomTestStringConvertible {
    var name: String
    var device: DeviceParameters
    var writing: WriteParameters
    var testDescription: String { name }
  }

  private static let schemes: [Scheme] = {
    let verify = WriteScheme.writeVerify(
      WriteVerify(tolerance: 0.02, attemptLimit: 40, ramp: AmplitudeRamp(step: 0.05, limit: 2)))
    var tabulated = DeviceParameters.technology("rram-hfo2-es")
    tabulated.telegraphNoise = TelegraphNoise(fraction: 0.3)
    var drifting = DeviceParameters.technology("pcm-gst-2019")
    drifting.telegraphNoise = TelegraphNoise(fraction: 0.3)
    drifting.faults = FabricationFaults(stuckOff: 0.03, stuckOn: 0.02)
    var fading = DeviceParameters.technology("fefet-hzo-2017")
    fading.endurance.scale = 20
    fading.writeFailure = 0.05
    var relaxing = DeviceParameters.technology("rram-cmo-hfox")
    relaxing.endurance.scale = 10
    return [
      Scheme(name: "push-pull", device: .rough, writing: WriteParameters()),
      Scheme(name: "tabulated with traps", device: tabulated, writing: WriteParameters(devicesPerPolarity: 2)),
      Scheme(name: "verified", device: .rough, writing: WriteParameters(scheme: verify)),
      Scheme(
        name: "one-sided with drift and traps", device: drifting,
        writing: WriteParameters(direction: .oneSided, refresh: PairRefresh(saturation: 0.5, counterpart: 0.15))),
      Scheme(
        name: "one-sided, verified, with drift", device: drifting,
        writing: WriteParameters(
          direction: .oneSided, devicesPerPolarity: 2, refresh: PairRefresh(saturation: 0.4, counterpart: 0.1),
          scheme: verify)),
      Scheme(name: "without selectors", device: fading, writing: WriteParameters(biasing: .halfVoltage)),
      Scheme(
        name: "one-sided without selectors", device: .rough,
        writing: WriteParameters(
          direction: .oneSided, refresh: PairRefresh(saturation: 0.5, counterpart: 0.2), biasing: .thirdVoltage)),
      Scheme(
        name: "verified without selectors", device: relaxing,
        writing: WriteParameters(scheme: verify, biasing: .halfVoltage)),
      Scheme(
        name: "binary", device: .technology("stt-mram"), writing: WriteParameters(devicesPerPolarity: 4)),
    ]
  }()

  private static func array(_ scheme: Scheme) -> CrossbarArray {
    let array = CrossbarArray.make(
      rows: 21, columns: 37, tile: (8, 10), device: scheme.device, writing: scheme.writing, tickSeconds: 0.1)
    array.deploy(ReferenceRandom.targets(21 * 37, in: -0.3...0.3))
    return array
  }

  private static func requests(_ array: CrossbarArray, block: Int, event: Int) -> [PulseRequest] {
    var random = ReferenceRandom(UInt64(event * 100 + block))
    return random.requests(array.layout, block: block)
  }

  private static func tick(_ event: Int) -> UInt64 { UInt64(event * event * event) }

  /// Writes and reads of some events; what the reads saw.
  private static func exercise(_ array: CrossbarArray, events: Range<Int>) -> [Float] {
    events.flatMap { event in
      for block in 0..<array.layout.blockCount {
        array.program(
          requests(array, block: block, event: event), block: block, event: UInt64(event), tick: tick(event))
      }
      return array.read([0, 3, 4, 9, 20], tick: tick(event)) + array.read([1, 19], tick: tick(event) + 1)
    }
  }

  /// Blocks may be written in any order and on any thread.
  @Test(arguments: schemes)
  func blocksAreIndependent(scheme: Scheme) {
    func run(threads: Int, isReversed: Bool) -> CrossbarArray.State {
      let array = Self.array(scheme)
      let pool = TilePool(threadCount: threads)
      let blocks = array.layout.blockCount
      for event in 0..<20 {
        pool.forEach(blocks) { item in
          let block = isReversed ? blocks - 1 - item : item
          array.program(
            Self.requests(array, block: block, event: event), block: block, event: UInt64(event), tick: Self.tick(event)
          )
        }
      }
      return array.state
    }
    let expected = run(threads: 1, isReversed: false)
    #expect(expected != Self.array(scheme).state)
    for threads in 1...4 { #expect(run(threads: threads, isReversed: threads % 2 == 1) == expected) }
  }

  /// A state put into a fresh array is the same bits, and reads and writes go on as if never stopped.
  @Test(arguments: schemes, [1, 7, 20])
  func putBackStateContinuesIdentically(scheme: Scheme, events: Int) {
    let whole = Self.array(scheme)
    _ = Self.exercise(whole, events: 0..<events)
    let state = whole.state
    let resumed = Self.array(scheme)
    resumed.state = state
    #expect(resumed.state == state)
    #expect(resumed.effectiveWeights == whole.effectiveWeights)
    #expect(Self.exercise(resumed, events: events..<events + 15) == Self.exercise(whole, events: events..<events + 15))
    #expect(resumed.state == whole.state)
    #expect(resumed.state != state)
    #expect(resumed.writeActivity == whole.writeActivity && resumed.verifyHistogram == whole.verifyHistogram)
    for plane in 0..<whole.planeCount {
      #expect(resumed.halfSelectCounts(plane: plane) == whole.halfSelectCounts(plane: plane))
      #expect(resumed.wearFractions(plane: plane) == whole.wearFractions(plane: plane))
    }
  }

  /// The sums of the tiles are those of the ledger; without verify they are what was asked for.
  @Test(arguments: schemes)
  func tilesAndLedgerAgree(scheme: Scheme) {
    let array = Self.array(scheme)
    var (asked, rows) = (UInt64(0), UInt64(0))
    for event in 0..<20 {
      for block in 0..<array.layout.blockCount {
        let requests = Self.requests(array, block: block, event: event)
        asked += requests.reduce(0) { $0 + UInt64(abs($1.pulses)) }
        rows += UInt64(Set(requests.map { Int($0.position) / array.layout.blockWidth }).count)
        array.program(requests, block: block, event: UInt64(event), tick: Self.tick(event))
      }
    }
    let activity = array.writeActivity
    let (set, reset) = (array.ledger.total(.set), array.ledger.total(.reset))
    #expect(activity.setPulses == set && activity.resetPulses == reset)
    #expect(activity.refreshSetPulses + activity.refreshResetPulses == array.ledger.total(.refresh))
    #expect((array.ledger.total(.refresh) > 0) == (scheme.writing.refresh != nil))
    #expect(activity.verifyReads == array.ledger.total(.verify) && activity.rowWrites == rows)
    if case .openLoop = scheme.writing.scheme {
      #expect(set + reset == (scheme.writing.direction == .pushPull ? 2 * asked : asked))
      #expect(activity.verifyReads == 0 && array.verifyHistogram == VerifyHistogram())
    } else {
      #expect(activity.verifyReads > set + reset)
    }
    let halfSelects = (0..<array.planeCount).reduce(0) { $0 + array.halfSelectCounts(plane: $1).reduce(0, +) }
    #expect(activity.halfSelects == halfSelects && (halfSelects > 0) == (scheme.writing.biasing != .selector))
    #expect(
      activity.setCharge > 0 && (activity.resetCharge > 0) == (activity.resetPulses + activity.refreshResetPulses > 0))
    // By tile: rows and columns of the ledger.
    let layout = array.layout
    for tileRow in 0..<layout.tileRowCount {
      for block in 0..<layout.blockCount {
        let tile = array.tileWriteActivity[tileRow * layout.blockCount + block]
        var pulses: UInt64 = 0
        for plane in 0..<array.planeCount {
          for kind in [WearLedger.PulseKind.set, .reset, .refresh] {
            let counts = array.ledger.pulses(kind, plane: plane)
            for row in tileRow * 8..<min(tileRow * 8 + 8, 21) {
              for column in layout.columns(inBlock: block) { pulses += UInt64(counts[row * 37 + column]) }
            }
          }
        }
        let sums = tile.setPulses + tile.resetPulses + tile.refreshSetPulses + tile.refreshResetPulses
        #expect(sums == pulses)
      }
    }
  }
}
