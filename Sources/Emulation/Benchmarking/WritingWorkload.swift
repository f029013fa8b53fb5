import Crossbars
import Devices
import Kernels

/// Writes to an array of 256 × 256 synapses, every one of them, and what time does to a million devices.
struct WritingWorkload {
  private static let side = 256

  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  func run() throws -> [BenchmarkLine] {
    let openLoop = try openLoop()
    let published = PublishedFigure.pulsedUpdate
    return [
      openLoop,
      BenchmarkLine(
        .write, published.name, openLoop.value, openLoop.unit, baseline: published.baseline, published.value / 1e6),
      try verified(), try drift(),
    ]
  }

  /// Mean of one to five pulses up or down for every synapse.
  private func requests(block: Int, layout: BlockedLayout) -> [PulseRequest] {
    let stream = RandomStream(seed: settings.seed, purpose: .pulseRounding)
    return (0..<layout.blockElements).map { element in
      let word = stream.words(array: 0, item: element, event: UInt64(block))[0]
      return PulseRequest(
        position: Int32(block * layout.blockElements + element), pulses: Int32(word % 5 + 1) * (word & 32 == 0 ? 1 : -1)
      )
    }
  }

  private func array(_ name: String, rows: Int, columns: Int, writing: WriteParameters = WriteParameters())
    -> CrossbarArray
  {
    CrossbarArray(
      layout: BlockedLayout(rows: rows, columns: columns, tileRows: 64, tileColumns: 64),
      parameters: .init(
        index: 0, weightLimit: 0.3, converter: nil, hasReadNoise: true, device: Self.technology(name), writing: writing),
      seed: settings.seed)
  }

  private static func technology(_ name: String) -> DeviceParameters {
    guard let technology = DeviceTechnology.named(name) else { preconditionFailure("\(name) is no technology") }
    return technology.parameters
  }

  private func openLoop() throws -> BenchmarkLine {
    let array = self.array("rram-taox-hfox", rows: Self.side, columns: Self.side)
    let layout = array.layout
    let requests = (0..<layout.blockCount).map { self.requests(block: $0, layout: layout) }
    let reference = PlainDevices(
      Self.technology("rram-taox-hfox"), count: 2 * Self.side * Self.side, seed: settings.seed)
    var event: UInt64 = 0
    let calls = settings.scaled(10)
    let amount = Double(calls * array.deviceCount)
    let rates = try InterleavedTiming.rates(
      [
        TimedWork(amount: amount) {
          for _ in 0..<calls {
            event += 1
            for block in 0..<layout.blockCount { array.program(requests[block], block: block, event: event) }
          }
        },
        TimedWork(amount: amount) { for _ in 0..<calls { reference.pulse() } },
      ], repetitions: settings.repetitions)
    return BenchmarkLine(
      .write, "open-loop", rates[0] / 1e6, "Mdevices/s", baseline: "plain Swift, device by device", rates[1] / 1e6)
  }

  private func verified() throws -> BenchmarkLine {
    let array = self.array(
      "rram-taox-hfox", rows: Self.side, columns: Self.side,
      writing: WriteParameters(scheme: .writeVerify(WriteVerify())))
    let layout = array.layout
    let requests = (0..<layout.blockCount).map { self.requests(block: $0, layout: layout) }
    let reference = PlainDevices(Self.technology("rram-taox-hfox"), count: Self.side * Self.side, seed: settings.seed)
    var event: UInt64 = 0
    func write() {
      event += 1
      for block in 0..<layout.blockCount { array.program(requests[block], block: block, event: event) }
    }
    // Pulses that a write needs, from one beforehand; later ones differ by their noise.
    write()
    let before = array.writeActivity
    write()
    let after = array.writeActivity
    let pulses = Double(after.setPulses + after.resetPulses - before.setPulses - before.resetPulses)
    let rates = try InterleavedTiming.rates(
      [
        TimedWork(amount: pulses) { write() },
        TimedWork(amount: Double(reference.count)) { reference.pulse() },
      ], repetitions: settings.repetitions)
    return BenchmarkLine(
      .write, "write-verify", rates[0] / 1e6, "Mpulses/s", baseline: "plain Swift, a pulse without a read",
      rates[1] / 1e6)
  }

  private func drift() throws -> BenchmarkLine {
    let array = self.array(
      "pcm-gst-2018", rows: settings.scaled(512), columns: 1024,
      writing: WriteParameters(direction: .oneSided, refresh: PairRefresh()))
    let retention = array.parameters.device.retention
    let device = DeviceModel(parameters: array.parameters.device).typical
    let states = array.conductances(plane: 0) + array.conductances(plane: 1)
    var tick: UInt64 = 0
    var sink = 0.0
    let rates = try InterleavedTiming.rates(
      [
        TimedWork(amount: Double(array.deviceCount)) {
          tick += 100_000
          array.age(to: tick)
        },
        TimedWork(amount: Double(states.count)) {
          for (index, state) in states.enumerated() {
            // Every device has its own exponent and age, as in the array.
            sink += retention.state(
              programmed: Double(state), age: Double(100 + index & 7), coefficient: 0.04 + 1e-8 * Float(index),
              low: Double(device.low),
              range: Double(device.range))
          }
        },
      ], repetitions: settings.repetitions)
    precondition(sink.isFinite, "states are numbers")
    return BenchmarkLine(
      .write, "drift", rates[0] / 1e6, "Mdevices/s", baseline: "plain Swift, device by device", rates[1] / 1e6)
  }
}

/// Devices in an array of structures, pulsed one after the other: the readable way.
private final class PlainDevices {
  let count: Int
  private let model: DeviceModel
  private let stream: RandomStream
  private var cells: [CellState]
  private var event: UInt64 = 0

  init(_ parameters: DeviceParameters, count: Int, seed: UInt64) {
    self.count = count
    model = DeviceModel(parameters: parameters)
    stream = RandomStream(seed: seed, purpose: .cycleToCycle)
    cells = (0..<count).map { _ in CellState(level: 0.5, setsSinceReset: 0) }
  }

  /// One train to every device.
  func pulse() {
    event += 1
    for index in cells.indices {
      let z = stream.gaussians(array: 0, item: index, event: event)[0]
      model.apply(
        pulses: index & 1 == 0 ? 3 : -3, to: &cells[index], of: model.typical, gaussian: Double(z), uniform: 1)
    }
  }
}
