import Glibc
import Kernels

extension PulseMeasurement {
  /// Largest file that is read.
  static let largestFile = 256 << 20
  /// Readings of a train that can be fitted at least.
  public static let fewestReadings = 5
  private static let mostDevices = 100_000
  private static let mostTrains = 1_000_000

  /// Reads a CSV file with the columns `phase`, `pulse`, a conductance or resistance with its unit, and, where there are
  /// several, `device` and `cycle`.
  ///
  /// - Throws: `MeasurementError` with the line of what is wrong.
  public init(path: String) throws(MeasurementError) {
    try self.init(bytes: try Self.contents(of: path), name: path)
  }

  /// Reads the same from bytes; `name` is what messages call them.
  public init(bytes: [UInt8], name: String) throws(MeasurementError) {
    guard bytes.count <= Self.largestFile else { throw .tooLarge(file: name, limit: Self.largestFile) }
    var text = CommaSeparatedText(bytes, file: name)
    guard let header = try text.next() else { throw .empty(file: name) }
    var table = try MeasurementTable(header: header, file: name)
    var collection = TrainCollection(file: name)
    while let record = try text.next() {
      if try table.takeUnits(from: record) { continue }
      try collection.add(try table.reading(record))
      guard collection.devices.count <= Self.mostDevices else {
        throw .tooMany(file: name, line: record.line, what: "devices", limit: Self.mostDevices)
      }
      guard collection.trains.count <= Self.mostTrains else {
        throw .tooMany(file: name, line: record.line, what: "trains", limit: Self.mostTrains)
      }
    }
    var digest = SHA256()
    digest.update(bytes)
    try self.init(collection, digest: digest.hexDigest())
  }

  private init(_ collection: TrainCollection, digest: String) throws(MeasurementError) {
    var omissions: [String] = []
    let up = try collection.commonTrains(.potentiation, omissions: &omissions)
    let down = try collection.commonTrains(.depression, omissions: &omissions)
    let whole = Set(up.trains.map(\.device)).intersection(down.trains.map(\.device))
    for (index, name) in collection.devices.enumerated() where !whole.contains(index) {
      omissions.append("device \(name): no whole trains of both phases")
    }
    let order = whole.sorted()
    let numbers = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    func kept(_ set: TrainSet) -> TrainSet {
      TrainSet(
        pulses: set.pulses,
        trains: set.trains.compactMap { train in
          numbers[train.device].map { Train(device: $0, cycle: train.cycle, conductances: train.conductances) }
        })
    }
    guard !order.isEmpty else {
      throw .tooFew(
        file: collection.file, what: "devices", expected: "at least one with whole trains of both phases", found: "none"
      )
    }
    name = collection.file
    devices = order.map { collection.devices[$0] }
    potentiation = kept(up)
    depression = kept(down)
    self.omissions = omissions
    self.digest = digest
  }

  private static func contents(of path: String) throws(MeasurementError) -> [UInt8] {
    func failure() -> MeasurementError { .unreadable(file: path, reason: String(cString: strerror(errno))) }
    // Not blocking, for a path that turns out to be a pipe without a writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = chunk.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure() }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk[..<count])
      guard bytes.count <= largestFile else { throw .tooLarge(file: path, limit: largestFile) }
    }
  }
}

/// Readings sorted into trains, in the order of the file.
private struct TrainCollection {
  struct Train {
    var device: Int
    var polarity: ExponentialResponse.Polarity
    var cycle: Int
    var readings: [Reading] = []
  }

  struct Reading {
    var pulse: Int
    var conductance: Double
    var line: Int
  }

  private struct Key: Hashable {
    var device: Int
    var isPotentiation: Bool
    var cycle: Int
  }

  let file: String
  private(set) var devices: [String] = []
  private(set) var trains: [Train] = []
  private var deviceNumbers: [String: Int] = [:]
  private var trainNumbers: [Key: Int] = [:]
  /// The running cycle of each device and polarity where the file does not number them.
  private var runningCycles: [Key: Int] = [:]

  init(file: String) { self.file = file }

  mutating func add(_ reading: MeasurementTable.Reading) throws(MeasurementError) {
    let device = deviceNumber(reading.device)
    let isPotentiation = reading.polarity == .potentiation
    let any = Key(device: device, isPotentiation: isPotentiation, cycle: 0)
    var cycle = reading.cycle ?? runningCycles[any] ?? 1
    // Without a column of cycles a pulse number that does not go on begins the next train.
    if reading.cycle == nil, let last = lastPulse(device, isPotentiation, cycle), reading.pulse <= last { cycle += 1 }
    if reading.cycle == nil { runningCycles[any] = cycle }
    let key = Key(device: device, isPotentiation: isPotentiation, cycle: cycle)
    let number = trainNumbers[key] ?? trains.count
    if number == trains.count {
      trainNumbers[key] = number
      trains.append(Train(device: device, polarity: reading.polarity, cycle: cycle))
    }
    trains[number].readings.append(Reading(pulse: reading.pulse, conductance: reading.conductance, line: reading.line))
  }

  /// The trains of one polarity that were read at the same pulses, those of most trains; others go to `omissions`.
  func commonTrains(
    _ polarity: ExponentialResponse.Polarity, omissions: inout [String]
  ) throws(MeasurementError) -> PulseMeasurement.TrainSet {
    let own = try sorted(polarity)
    guard !own.isEmpty else {
      throw .tooFew(file: file, what: "\(polarity)", expected: "at least one whole train", found: "no rows")
    }
    var counts: [[Int]: Int] = [:]
    for train in own { counts[train.pulses, default: 0] += 1 }
    let common = counts.max { ($0.value, $0.key.count, $0.key.last ?? 0) < ($1.value, $1.key.count, $1.key.last ?? 0) }
    let pulses = common?.key ?? []
    guard pulses.count >= PulseMeasurement.fewestReadings else {
      throw .tooFew(
        file: file, what: "\(polarity)", expected: "at least \(PulseMeasurement.fewestReadings) readings in a train",
        found: "\(pulses.count)")
    }
    guard pulses[0] <= 1 else {
      throw .tooFew(
        file: file, what: "\(polarity)", expected: "readings from pulse 0 (before the train) or 1 on",
        found: "the first at pulse \(pulses[0])")
    }
    var kept: [PulseMeasurement.Train] = []
    for train in own {
      if train.pulses == pulses {
        kept.append(
          PulseMeasurement.Train(
            device: train.device, cycle: train.cycle, conductances: train.readings.map(\.conductance)))
      } else {
        omissions.append("\(describe(train)): \(train.readings.count) readings where others have \(pulses.count)")
      }
    }
    guard 2 * kept.count > own.count else {
      throw .tooFew(
        file: file, what: "\(polarity)", expected: "most trains to be read at the same pulses",
        found: "\(counts.count) different lengths or steps among \(own.count) trains")
    }
    return PulseMeasurement.TrainSet(pulses: pulses, trains: kept)
  }

  /// The trains of one polarity, each by ascending pulse.
  private func sorted(_ polarity: ExponentialResponse.Polarity) throws(MeasurementError) -> [Train] {
    var own = trains.filter { $0.polarity == polarity }
    for index in own.indices {
      own[index].readings.sort { ($0.pulse, $0.line) < ($1.pulse, $1.line) }
      let readings = own[index].readings
      for (left, right) in zip(readings, readings.dropFirst()) where left.pulse == right.pulse {
        throw .repeatedPulse(file: file, line: right.line, train: describe(own[index]), pulse: right.pulse)
      }
    }
    return own
  }

  private mutating func deviceNumber(_ name: String) -> Int {
    if let known = deviceNumbers[name] { return known }
    deviceNumbers[name] = devices.count
    devices.append(name)
    return devices.count - 1
  }

  private func lastPulse(_ device: Int, _ isPotentiation: Bool, _ cycle: Int) -> Int? {
    trainNumbers[Key(device: device, isPotentiation: isPotentiation, cycle: cycle)]
      .flatMap { trains[$0].readings.last?.pulse }
  }

  private func describe(_ train: Train) -> String {
    "device \(devices[train.device]), \(train.polarity), cycle \(train.cycle)"
  }
}

extension TrainCollection.Train {
  /// Pulses of the readings.
  fileprivate var pulses: [Int] { readings.map(\.pulse) }
}
