import Kernels

/// Band-pass filters like those of the inner ear: fourth-order gammatone filters at equal distances on the scale of hearing.
///
///     h(t) = t³ exp(−2π b t) cos(2π f t),   b = 1.019 · ERB(f)
///
/// The impulse response of band f is h at the sampling times, exactly. With z = exp((−2π b + 2πi f) / fₛ) it is the real part of
/// n³ zⁿ, whose generating function z q (1 + 4 z q + z² q²) / (1 − z q)⁴ is three taps and four complex one-pole filters. It is scaled to
/// a gain of 1 at f.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | fₛ | `sampleRateInHertz` | Hz | | 1000…10⁶ |
/// | | `bandCount` | 1 | 64 | 1…4096 |
/// | | `lowestFrequencyInHertz`, f of the first band | Hz | 80 | 20… |
/// | | `highestFrequencyInHertz`, f of the last band | Hz | 7000 | …0.49 fₛ |
///
/// - Reference: Slaney, An efficient implementation of the Patterson-Holdsworth auditory filter bank, Apple Computer technical report
///   35, 1993; see ``AuditoryScale`` for ERB
/// - Complexity: 22 multiplications per sample and band.
public struct GammatoneFilterBank: Sendable {
  /// Settings of the filters.
  public struct Parameters: Sendable, Equatable {
    /// Samples per second.
    public let sampleRateInHertz: Int
    /// Number of filters.
    public let bandCount: Int
    /// Centre of the first filter in Hz.
    public let lowestFrequencyInHertz: Double
    /// Centre of the last filter in Hz; a single filter is at the lowest frequency.
    public let highestFrequencyInHertz: Double

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(
      sampleRateInHertz: Int, bandCount: Int = 64, lowestFrequencyInHertz: Double = 80,
      highestFrequencyInHertz: Double = 7000
    ) throws(RecordingError) {
      try RecordingError.checkSetting("sample rate in Hz", sampleRateInHertz, in: 1000...1_000_000)
      try RecordingError.checkSetting("bands of the filter bank", bandCount, in: 1...4096)
      let limit = 0.49 * Double(sampleRateInHertz)
      try RecordingError.checkSetting("lowest frequency in Hz", lowestFrequencyInHertz, in: 20...limit)
      try RecordingError.checkSetting(
        "highest frequency in Hz", highestFrequencyInHertz, in: lowestFrequencyInHertz...limit)
      self.sampleRateInHertz = sampleRateInHertz
      self.bandCount = bandCount
      self.lowestFrequencyInHertz = lowestFrequencyInHertz
      self.highestFrequencyInHertz = highestFrequencyInHertz
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Centre of each filter in Hz, ascending.
  public let centreFrequenciesInHertz: [Double]

  /// Four bands each; bands beyond the last are silent.
  private let coefficients: [Coefficients]
  private var states: [State]
  /// The last three samples, the latest first.
  private var history = (0.0, 0.0, 0.0)
  /// Samples since the states were last cleaned.
  private var age = 0

  /// Samples after which vanishing states become 0.
  private static let cleaningPeriod = 1024

  /// Computes the filters.
  public init(_ parameters: Parameters) {
    self.parameters = parameters
    let frequencies = AuditoryScale.frequencies(
      count: parameters.bandCount, from: parameters.lowestFrequencyInHertz, to: parameters.highestFrequencyInHertz)
    centreFrequenciesInHertz = frequencies
    coefficients = stride(from: 0, to: frequencies.count, by: 4).map { first in
      let bands = frequencies[first..<min(first + 4, frequencies.count)]
      return Coefficients(frequencies: Array(bands), sampleRate: Double(parameters.sampleRateInHertz))
    }
    states = [State](repeating: State(), count: coefficients.count)
  }

  /// Number of groups of four bands.
  var groupCount: Int { states.count }

  /// Forgets all samples.
  public mutating func reset() {
    for group in states.indices { states[group] = State() }
    (history, age) = ((0, 0, 0), 0)
  }

  /// The responses to the next samples, `[samples × bands]`; they do not depend on how the samples are cut into pieces.
  ///
  /// Samples that are no finite numbers count as 0.
  public mutating func responses(to samples: [Float]) -> [Double] {
    let bandCount = parameters.bandCount
    var responses = [Double](repeating: 0, count: samples.count * bandCount)
    samples.withUnsafeBufferPointer { samples in
      filter(samples) { sample, group, response in
        for lane in 0..<min(4, bandCount - 4 * group) {
          responses[sample * bandCount + 4 * group + lane] = response[lane]
        }
      }
    }
    return responses
  }

  /// Calls `body` with the responses of four bands to each sample, group after group, in stretches of samples.
  @inline(__always)
  mutating func filter(
    _ samples: UnsafeBufferPointer<Float>, _ body: (_ sample: Int, _ group: Int, _ response: SIMD4<Double>) -> Void
  ) {
    var first = 0
    while first < samples.count {
      let stretch = first..<min(first + Self.cleaningPeriod - age, samples.count)
      var last = history
      for group in states.indices {
        last = history
        let coefficients = coefficients[group]
        var state = states[group]
        for sample in stretch {
          body(sample, group, state.advance(coefficients, last))
          let value = samples[sample]
          last = (value.isFinite ? Double(value) : 0, last.0, last.1)
        }
        states[group] = state
      }
      history = last
      age += stretch.count
      first = stretch.upperBound
      if age == Self.cleaningPeriod { clean() }
    }
  }

  /// Sets states that have faded to 0, since arithmetic with the smallest numbers is slow.
  private mutating func clean() {
    age = 0
    for group in states.indices { states[group].clean() }
  }
}

/// Complex numbers of four bands.
private struct ComplexLanes: Sendable {
  var re = SIMD4<Double>()
  var im = SIMD4<Double>()

  static func + (left: ComplexLanes, right: ComplexLanes) -> ComplexLanes {
    ComplexLanes(re: left.re + right.re, im: left.im + right.im)
  }

  static func * (left: ComplexLanes, right: ComplexLanes) -> ComplexLanes {
    ComplexLanes(re: left.re * right.re - left.im * right.im, im: left.re * right.im + left.im * right.re)
  }

  static func * (left: ComplexLanes, right: Double) -> ComplexLanes {
    ComplexLanes(re: left.re * right, im: left.im * right)
  }

  var squaredMagnitude: SIMD4<Double> { re * re + im * im }
}

extension GammatoneFilterBank {
  /// The taps and the pole z of four bands.
  fileprivate struct Coefficients: Sendable {
    fileprivate var taps = (ComplexLanes(), ComplexLanes(), ComplexLanes())
    fileprivate var pole = ComplexLanes()

    /// - Parameter frequencies: Centres of at most four bands.
    init(frequencies: [Double], sampleRate: Double) {
      let turn = 6.283185307179586
      for (lane, frequency) in frequencies.enumerated() {
        let bandwidth = 1.019 * AuditoryScale.bandwidth(atHertz: frequency)
        let radius = PortableDoubleMath.exp(-turn * bandwidth / sampleRate)
        let (sine, cosine) = PortableDoubleMath.sineCosine(ofTurn: frequency / sampleRate)
        // At the centre, the real part of the response is half of the filter and half of its mirror image.
        let mirror = PortableDoubleMath.sineCosine(ofTurn: -2 * frequency / sampleRate)
        let own = Self.generatingFunction(re: radius, im: 0)
        let other = Self.generatingFunction(re: radius * mirror.cosine, im: radius * mirror.sine)
        let (re, im) = ((own.re + other.re) / 2, (own.im + other.im) / 2)
        let gain = 1 / (re * re + im * im).squareRoot()
        pole.re[lane] = radius * cosine
        pole.im[lane] = radius * sine
        taps.0.re[lane] = gain
      }
      taps.0 = taps.0 * pole
      taps.1 = taps.0 * pole * 4
      taps.2 = taps.0 * pole * pole
    }

    /// Σ n³ uⁿ = u (1 + 4u + u²) / (1 − u)⁴.
    private static func generatingFunction(re: Double, im: Double) -> (re: Double, im: Double) {
      func product(_ a: (re: Double, im: Double), _ b: (re: Double, im: Double)) -> (re: Double, im: Double) {
        (a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re)
      }
      let u = (re: re, im: im)
      let square = product(u, u)
      let numerator = product(u, (1 + 4 * u.re + square.re, 4 * u.im + square.im))
      let base = product((1 - u.re, -u.im), (1 - u.re, -u.im))
      let denominator = product(base, base)
      let size = denominator.re * denominator.re + denominator.im * denominator.im
      let quotient = product(numerator, (denominator.re, -denominator.im))
      return (quotient.re / size, quotient.im / size)
    }
  }

  /// What the four one-pole filters of four bands hold.
  fileprivate struct State: Sendable {
    private var poles = (ComplexLanes(), ComplexLanes(), ComplexLanes(), ComplexLanes())

    /// The response to the samples before this one, the latest first.
    @inline(__always)
    mutating func advance(_ filter: Coefficients, _ last: (Double, Double, Double)) -> SIMD4<Double> {
      let input = filter.taps.0 * last.0 + filter.taps.1 * last.1 + filter.taps.2 * last.2
      poles.0 = filter.pole * poles.0 + input
      poles.1 = filter.pole * poles.1 + poles.0
      poles.2 = filter.pole * poles.2 + poles.1
      poles.3 = filter.pole * poles.3 + poles.2
      return poles.3.re
    }

    mutating func clean() {
      poles = (Self.cleaned(poles.0), Self.cleaned(poles.1), Self.cleaned(poles.2), Self.cleaned(poles.3))
    }

    /// What is far below the quietest sound is silence.
    private static func cleaned(_ pole: ComplexLanes) -> ComplexLanes {
      let isSilent = pole.squaredMagnitude .< 1e-60
      return ComplexLanes(
        re: pole.re.replacing(with: 0, where: isSilent), im: pole.im.replacing(with: 0, where: isSilent))
    }
  }
}
