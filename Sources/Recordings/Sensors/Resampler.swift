import Glibc

/// Turns samples of one rate into samples of another, piece by piece; the output does not depend on the pieces.
///
/// Output sample k stands for the time k / r_out after the first input sample:
///
///     y(k) = Σ x(n) h(p − n) / Σ h(p − n),   p = k · r_in / r_out
///
/// with a triangle of half width 1 for h (linear), or h(d) = sinc(c d) · w(d c / Z), where c = min(1, r_out / r_in) keeps what the
/// new rate cannot carry out, w is a Blackman window and Z the number of zero crossings on either side (band-limited).
/// The sum below makes a constant stay a constant up to the ends.
/// - Reference: J. O. Smith, "Digital Audio Resampling Home Page", ccrma.stanford.edu/~jos/resample
public struct Resampler {
  /// How values between samples are found.
  public enum Method: Sendable, Equatable {
    /// On the line between neighbours. Down-sampling by it folds high frequencies into low ones.
    case linear
    /// By a windowed sinc of this many zero crossings on either side, 4 to 64.
    case bandLimited(zeroCrossings: Int)
  }

  /// Largest ratio of the two rates.
  public static let ratioLimit = 4096.0

  private let channelCount: Int
  /// Input samples from one output sample to the next.
  private let step: Double
  /// Zero crossings of the kernel in one input sample; 1 for a triangle.
  private let cutoff: Double
  /// Input samples on either side that an output sample depends on.
  private let halfWidth: Double
  /// The kernel from its middle on; empty for a triangle.
  private let kernel: [Float]

  private var history: [Float] = []
  /// Number of the first sample in `history`.
  private var historyStart = 0
  private var nextOutput = 0

  private static let stepsPerCrossing = 512

  /// Makes a resampler.
  /// - Parameter method: `nil` for band-limited with 16 zero crossings where the rate falls, else linear.
  /// - Throws: `RecordingError.setting`.
  public init(
    channelCount: Int, fromHertz inputRate: Double, toHertz outputRate: Double, method: Method? = nil
  ) throws(RecordingError) {
    precondition(channelCount > 0, "a signal has at least one channel")
    let ratio = inputRate / outputRate
    guard inputRate > 0, outputRate > 0, ratio >= 1 / Self.ratioLimit, ratio <= Self.ratioLimit else {
      throw RecordingError.setting(
        name: "rate to resample to", expected: "at most \(Int(Self.ratioLimit)) times above or below \(inputRate) Hz",
        found: "\(outputRate) Hz")
    }
    self.channelCount = channelCount
    step = ratio
    guard case .bandLimited(let crossings) = method ?? (ratio > 1 ? .bandLimited(zeroCrossings: 16) : .linear) else {
      (cutoff, halfWidth, kernel) = (1, 1, [])
      return
    }
    guard 4...64 ~= crossings else {
      throw RecordingError.setting(name: "zero crossings of the resampler", expected: "4 to 64", found: "\(crossings)")
    }
    cutoff = min(1, 1 / ratio)
    halfWidth = Double(crossings) / cutoff
    kernel = (0...crossings * Self.stepsPerCrossing + 1).map { index in
      let place = Double(index) / Double(Self.stepsPerCrossing)
      let turn = Double.pi * min(place / Double(crossings), 1)
      let window = 0.42 + 0.5 * cos(turn) + 0.08 * cos(2 * turn)
      return Float(index == 0 ? 1 : sin(Double.pi * place) / (Double.pi * place) * window)
    }
  }

  /// Number of output samples of an input of that many.
  public func outputCount(ofInput count: Int) -> Int {
    count == 0 ? 0 : Int((Double(count - 1) / step).rounded(.down)) + 1
  }

  /// Takes samples, `[samples × channels]`, and adds those of the new rate that they complete to `output`.
  /// - Precondition: The samples are whole.
  public mutating func append(_ samples: [Float], into output: inout [Float]) {
    precondition(samples.count % channelCount == 0, "a sample has \(channelCount) values")
    history.append(contentsOf: samples)
    let end = historyStart + history.count / channelCount
    while Double(nextOutput) * step + halfWidth <= Double(end - 1) { addOutput(end: end, to: &output) }
    // What is behind the next output sample is done with.
    let done = min(max(Int((Double(nextOutput) * step - halfWidth).rounded(.down)), historyStart), end)
    history.removeFirst((done - historyStart) * channelCount)
    historyStart = done
  }

  /// Adds what is left to `output` at the end of the input.
  public mutating func finish(into output: inout [Float]) {
    let end = historyStart + history.count / channelCount
    while Double(nextOutput) * step <= Double(end - 1) { addOutput(end: end, to: &output) }
  }

  private mutating func addOutput(end: Int, to output: inout [Float]) {
    let place = Double(nextOutput) * step
    nextOutput += 1
    let first = max(Int((place - halfWidth).rounded(.up)), historyStart)
    let last = min(Int((place + halfWidth).rounded(.down)), end - 1)
    var total: Float = 0
    let start = output.count
    for _ in 0..<channelCount { output.append(0) }
    for sample in first...max(first, last) {
      let weight = weight(place - Double(sample))
      guard weight != 0 else { continue }
      total += weight
      let values = (sample - historyStart) * channelCount
      for channel in 0..<channelCount { output[start + channel] += weight * history[values + channel] }
    }
    for channel in 0..<channelCount { output[start + channel] /= total }
  }

  private func weight(_ distance: Double) -> Float {
    guard !kernel.isEmpty else { return Float(max(0, 1 - abs(distance))) }
    let place = abs(distance) * cutoff * Double(Self.stepsPerCrossing)
    let index = Int(place)
    guard index + 1 < kernel.count else { return 0 }
    let fraction = Float(place - Double(index))
    return kernel[index] + fraction * (kernel[index + 1] - kernel[index])
  }
}
