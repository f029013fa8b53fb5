import Quantities

/// A complete, checked experiment. It is read from one YAML file; `resolved` writes it back with all defaults.
public struct ExperimentConfiguration: Sendable, Equatable {
  /// Name of the experiment and of its run folder.
  public let name: String
  /// The recording and how it becomes spikes.
  public let stream: Stream
  /// Neurons and their layers.
  public let network: Network
  /// Tiles and converters.
  public let crossbar: Crossbar
  /// The circuits around the tiles, as far as energy and time go.
  public let hardware: Hardware
  /// The memory device.
  public let device: Device
  /// The learning rule.
  public let learning: Learning
  /// How weight changes become pulses.
  public let writes: Writes
  /// When state is saved.
  public let checkpoint: Checkpoint
  /// Length, seed, threads and measurement of the run.
  public let run: Run
  /// The same values as an ordered table.
  public let resolved: ResolvedConfiguration

  /// The keys whose values differ from those of another experiment, in the order of the reference.
  public func differences(from other: ExperimentConfiguration) -> [ResolvedConfiguration.Difference] {
    resolved.differences(from: other.resolved)
  }

  /// The same experiment reading its recording from `path`.
  func withStreamPath(_ path: String) -> ExperimentConfiguration {
    ExperimentConfiguration(resolved: resolved.replacing("stream.path", withText: path))
  }

  /// The same experiment reading its kernels from `path`.
  func withFeatureWeights(_ path: String) -> ExperimentConfiguration {
    ExperimentConfiguration(resolved: resolved.replacing("network.feature_weights", withText: path))
  }

  /// The same experiment with the NIR graph at `path`.
  func withWeightsFrom(_ path: String) -> ExperimentConfiguration {
    ExperimentConfiguration(resolved: resolved.replacing("network.weights_from", withText: path))
  }

  /// Reads the typed values out of a complete table; nothing is checked here.
  init(resolved table: ResolvedConfiguration) {
    name = table.text("name")
    stream = Stream(table)
    network = Network(table)
    crossbar = Crossbar(table)
    hardware = Hardware(table)
    device = Device(table)
    learning = Learning(table)
    writes = Writes(table)
    checkpoint = Checkpoint(table)
    run = Run(table)
    resolved = table
  }
}

/// The words of a choice, in the order of the reference.
protocol ConfigurationChoice: RawRepresentable, CaseIterable, Sendable where RawValue == String {}

extension ConfigurationChoice {
  static var words: [String] { allCases.map(\.rawValue) }
}

/// Typed access. Paths are literals of this module and the table is complete: a miss is a mistake in the program. A key
/// without a meaning beside the others holds its default, or nothing.
extension ResolvedConfiguration {
  func integer(_ path: String) -> Int {
    if case .integer(let value) = valueOrDefault(path) {
      value
    } else {
      preconditionFailure("\(path) is no integer key")
    }
  }

  func integers(_ path: String) -> [Int] {
    if case .integers(let value) = valueOrDefault(path) { value } else { preconditionFailure("\(path) is no list key") }
  }

  func number(_ path: String) -> Double {
    if case .number(let value) = valueOrDefault(path) { value } else { preconditionFailure("\(path) is no number key") }
  }

  func text(_ path: String) -> String {
    if case .text(let value) = valueOrDefault(path) { value } else { preconditionFailure("\(path) is no text key") }
  }

  func boolean(_ path: String) -> Bool {
    if case .boolean(let value) = valueOrDefault(path) {
      value
    } else {
      preconditionFailure("\(path) is no boolean key")
    }
  }

  func quantity<Value: Quantity>(_ path: String) -> Value {
    guard case .quantity(let value, Value.dimension) = valueOrDefault(path) else {
      preconditionFailure("\(path) is no \(Value.dimension.rawValue) key")
    }
    return Value(baseValue: value)
  }

  func choice<Word: ConfigurationChoice>(_ path: String) -> Word {
    guard let word = Word(rawValue: text(path)) else { preconditionFailure("\(path) is no choice of \(Word.self)") }
    return word
  }

  private func valueOrDefault(_ path: String) -> ConfigurationValue {
    guard let value = self[path], value == .unused, let key = ConfigurationTable.key(path) else {
      return self[path] ?? .unused
    }
    switch (key.defaultValue, key.kind) {
    case (.value(let value), _): return value
    case (.byChoice(_, let values), .choice(let words)):
      return values.values.contains(.text(words[0])) ? .text(words[0]) : .unused
    case (.multiple, .quantity(let dimension)): return .quantity(0, dimension)
    case (.required, .text): return .text("")
    default: return .unused
    }
  }
}
