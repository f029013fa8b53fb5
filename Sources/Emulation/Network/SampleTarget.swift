/// What a network should make of a sample.
public struct SampleTarget: Sendable, Equatable {
  /// Class of the sample.
  public var label: Int
  /// Tick from which on the network decides and errors count.
  public var firstScored: Int
  /// Class of each tick, −1 where it does not count; `nil` for one class for all.
  public var tickLabels: [Int8]?
  /// What the outputs should be in each tick `[ticks × outputs]`, in place of a class; `nil` for classes.
  public var signals: [Float]?

  /// One class for all ticks from `firstScored` on, a class for each tick, or signals.
  public init(label: Int, firstScored: Int = 0, tickLabels: [Int8]? = nil, signals: [Float]? = nil) {
    self.signals = signals
    self.label = label
    self.firstScored = firstScored
    self.tickLabels = tickLabels
  }

  /// Whether the sample has one class, which outputs can be certain of before it ends.
  var isWhole: Bool { tickLabels == nil && signals == nil }

  /// The class that counts at a tick; `nil` where none does.
  func label(atTick tick: Int) -> Int? {
    guard let tickLabels else { return tick >= firstScored ? label : nil }
    return tickLabels[tick] >= 0 ? Int(tickLabels[tick]) : nil
  }
}

/// What a sample made a network do.
public struct SampleOutcome: Sendable, Equatable {
  /// The class the network decided for, before it learned from the sample.
  public var decision: Int
  /// Decisions that count: one for a sample, or one for each tick that has a class.
  public var decisions: Int
  /// Those that were right.
  public var correct: Int
  /// Decisions of ticks, row-major `[classes × decisions]`; empty where the sample has one class.
  public var confusion: [UInt64] = []
  /// Σ over ticks and outputs of (output − signal)²; 0 where the sample has classes.
  public var squaredError = 0.0
  /// Σ over ticks and outputs of signal²; 0 where the sample has classes.
  public var signalPower = 0.0
  /// Input spikes, then the spikes of each feature layer and of each hidden layer.
  public var spikes: [UInt64]

  /// The outcome of a sample with one class.
  init(decision: Int, label: Int, spikes: [UInt64]) {
    self.decision = decision
    decisions = 1
    correct = decision == label ? 1 : 0
    self.spikes = spikes
  }

  /// The outcome for a target.
  init(decision: Int, target: SampleTarget, tally: DecisionTally, spikes: [UInt64]) {
    self.init(decision: decision, label: target.label, spikes: spikes)
    (squaredError, signalPower) = (tally.squaredError, tally.signalPower)
    guard target.tickLabels != nil else { return }
    decisions = tally.decisions
    correct = tally.correct
    confusion = tally.confusion
  }
}

/// What the outputs did tick by tick: decisions, or how far they were from signals.
struct DecisionTally: Sendable, Equatable {
  let classes: Int
  /// Row-major `[classes × decisions]`.
  private(set) var confusion: [UInt64]
  private(set) var squaredError = 0.0
  private(set) var signalPower = 0.0

  init(classes: Int) {
    self.classes = classes
    confusion = [UInt64](repeating: 0, count: classes * classes)
  }

  var decisions: Int { Int(confusion.reduce(0, +)) }
  var correct: Int { (0..<classes).reduce(0) { $0 + Int(confusion[$1 * (classes + 1)]) } }

  mutating func note(label: Int, decision: Int) { confusion[label * classes + decision] += 1 }

  mutating func note(output: Float, signal: Float) {
    squaredError += Double((output - signal) * (output - signal))
    signalPower += Double(signal * signal)
  }

  mutating func rest() {
    (squaredError, signalPower) = (0, 0)
    for place in confusion.indices { confusion[place] = 0 }
  }
}
