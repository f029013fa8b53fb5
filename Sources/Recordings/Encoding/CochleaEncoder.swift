import Kernels

/// Spikes from sound, as the inner ear makes them: a bank of gammatone filters, half-wave rectification, compression, and spikes
/// for each band.
///
///     c = compression(max(y, 0)),   y the response of the band (``GammatoneFilterBank``), for sound of −1 … 1
///
/// Integrate-and-fire, one row per band, at every sample, with strict threshold 1:
///
///     v ← v exp(−1 / (τ fₛ)) + (R / fₛ) c;   v > 1: the row spikes in this tick, v ← v − 1, and c counts as 0 for the time ρ
///
/// Level crossing, an ON and an OFF row per band: the mean of c over each tick goes to ``LevelCrossing``.
///
/// A tick of d holds the samples that begin in it. Rows of low frequencies come first. What is made does not depend on how the
/// samples are cut into pieces.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | d | `tickInMicroseconds` | µs | 1000 | 1…10⁶, at least one sample |
/// | R | `rateInHertz` at c = 1 without leak | 1/s | 2000 | 1…10⁶ |
/// | τ | `timeConstantInMicroseconds` | µs | 20 000 | 10…10⁸ |
/// | ρ | `refractoryInMicroseconds` | µs | 1000 | 0…10⁶ |
/// | Δ | `spacing` of levels | 1 | 0.05 | 10⁻⁶…1 |
/// | h | `hysteresis` | Δ | 0.5 | 0…1 |
///
/// - Reference: Liu, van Schaik, Minch and Delbruck, Asynchronous binaural spatial audition sensor, IEEE TBioCAS 8(4), 2014,
///   doi:10.1109/TBCAS.2013.2281834, for the chain of filter, rectifier and integrate-and-fire
public struct CochleaEncoder: Sendable {
  /// What becomes of the rectified response y of a band.
  public enum Compression: Sendable, Equatable {
    /// y.
    case none
    /// √y.
    case squareRoot
    /// ln(1 + y / r) / ln(1 + 1 / r): linear far below r, logarithmic above; r is 10⁻⁶…1.
    case logarithm(reference: Double)
  }

  /// How a band spikes.
  public enum Spiking: Sendable, Equatable {
    /// One row per band.
    case integrateAndFire(
      rateInHertz: Double = 2000, timeConstantInMicroseconds: Int64 = 20_000, refractoryInMicroseconds: Int64 = 1000)
    /// Two rows per band.
    case levelCrossing(spacing: Double = 0.05, hysteresis: Double = 0.5)
  }

  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// The filters.
    public let bank: GammatoneFilterBank.Parameters
    /// Duration of a tick in µs.
    public let tickInMicroseconds: Int64
    /// What becomes of the response of a band.
    public let compression: Compression
    /// How a band spikes.
    public let spiking: Spiking

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(
      bank: GammatoneFilterBank.Parameters, tickInMicroseconds: Int64 = 1000, compression: Compression = .squareRoot,
      spiking: Spiking = .integrateAndFire()
    ) throws(RecordingError) {
      let sampleInMicroseconds = Int64((1_000_000 + bank.sampleRateInHertz - 1) / bank.sampleRateInHertz)
      try RecordingError.checkSetting(
        "tick duration in µs", tickInMicroseconds, in: sampleInMicroseconds...1_000_000)
      if case .logarithm(let reference) = compression {
        try RecordingError.checkSetting("reference of logarithmic compression", reference, in: 1e-6...1)
      }
      switch spiking {
      case .integrateAndFire(let rate, let timeConstant, let refractory):
        try RecordingError.checkSetting("rate of a band in Hz", rate, in: 1...1e6)
        try RecordingError.checkSetting("time constant of a band in µs", timeConstant, in: 10...100_000_000)
        try RecordingError.checkSetting("refractory time of a band in µs", refractory, in: 0...1_000_000)
      case .levelCrossing(let spacing, let hysteresis):
        try RecordingError.checkSetting("distance of levels", spacing, in: 1e-6...1)
        try RecordingError.checkSetting("hysteresis of level crossing", hysteresis, in: 0...1)
      }
      (self.bank, self.tickInMicroseconds, self.compression) = (bank, tickInMicroseconds, compression)
      self.spiking = spiking
    }

    /// Number of rows.
    public var rowCount: Int {
      switch spiking {
      case .integrateAndFire: bank.bandCount
      case .levelCrossing: 2 * bank.bandCount
      }
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Number of rows.
  public var rowCount: Int { parameters.rowCount }

  private var bank: GammatoneFilterBank
  private let detection: Detection
  private var bands: [Bands]
  private var crossing: LevelCrossing?
  /// Samples of the tick being built, and their duration in units of 1 / (10⁶ fₛ) s.
  private var sampleCount = 0
  private var phase = 0

  /// Makes an encoder.
  public init(_ parameters: Parameters) {
    self.parameters = parameters
    bank = GammatoneFilterBank(parameters.bank)
    detection = Detection(parameters)
    bands = [Bands](repeating: Bands(), count: bank.groupCount)
    if case .levelCrossing(let spacing, let hysteresis) = parameters.spiking {
      let spacings = [Float](repeating: Float(spacing), count: parameters.bank.bandCount)
      // In range, as the parameters were checked.
      crossing = try? LevelCrossing(.init(spacings: spacings, hysteresis: Float(hysteresis)))
    }
  }

  /// Begins a new sound and empties the raster.
  public mutating func begin(_ raster: inout SpikeRaster) {
    bank.reset()
    crossing?.reset()
    for group in bands.indices { bands[group] = Bands() }
    (sampleCount, phase) = (0, 0)
    raster.removeAll(rowCount: rowCount)
  }

  /// Adds the samples of one channel of sound, −1 … 1; ends every tick whose last sample is among them.
  public mutating func append(_ samples: UnsafeBufferPointer<Float>, to raster: inout SpikeRaster) {
    let tickLength = parameters.bank.sampleRateInHertz * Int(parameters.tickInMicroseconds)
    var first = 0
    while first < samples.count {
      let left = (tickLength - phase + 999_999) / 1_000_000
      let count = min(left, samples.count - first)
      Self.detect(
        UnsafeBufferPointer(rebasing: samples[first..<first + count]), bank: &bank, bands: &bands, detection)
      first += count
      sampleCount += count
      phase += count * 1_000_000
      if phase >= tickLength {
        phase -= tickLength
        endTick(&raster)
      }
    }
  }

  /// Ends the sound: the samples of an unfinished tick make a last one.
  public mutating func finish(_ raster: inout SpikeRaster) {
    if sampleCount > 0 { endTick(&raster) }
  }

  private static func detect(
    _ samples: UnsafeBufferPointer<Float>, bank: inout GammatoneFilterBank, bands: inout [Bands],
    _ detection: Detection
  ) {
    bands.withUnsafeMutableBufferPointer { bands in
      bank.filter(samples) { _, group, response in bands[group].take(response, detection) }
    }
  }

  private mutating func endTick(_ raster: inout SpikeRaster) {
    let bandCount = parameters.bank.bandCount
    if crossing != nil {
      let means = (0..<bandCount).map { Float(bands[$0 >> 2].sum[$0 & 3] / Double(sampleCount)) }
      means.withUnsafeBufferPointer { means in crossing?.encode(means) { raster.appendRow($0) } }
    } else {
      for band in 0..<bandCount where bands[band >> 2].hasSpiked[band & 3] > 0 { raster.appendRow(band) }
    }
    raster.endTick()
    sampleCount = 0
    for group in bands.indices {
      bands[group].sum = .zero
      bands[group].hasSpiked = .zero
    }
  }
}

extension CochleaEncoder {
  /// Constants of compression and spiking, for the rate of samples.
  fileprivate struct Detection: Sendable {
    var compression: Compression
    /// Of the logarithm.
    var inverseReference = 0.0
    var scale = 0.0
    /// Of integrate-and-fire; without drive nothing spikes.
    var leak = 0.0
    var drive = 0.0
    var refractorySamples = 0.0

    init(_ parameters: Parameters) {
      compression = parameters.compression
      if case .logarithm(let reference) = compression {
        inverseReference = 1 / reference
        scale = 1 / PortableDoubleMath.log(1 + inverseReference)
      }
      guard case .integrateAndFire(let rate, let timeConstant, let refractory) = parameters.spiking else { return }
      let sampleRate = Double(parameters.bank.sampleRateInHertz)
      leak = PortableDoubleMath.exp(-1e6 / (Double(timeConstant) * sampleRate))
      drive = rate / sampleRate
      refractorySamples = (Double(refractory) * sampleRate * 1e-6).rounded()
    }

    @inline(__always)
    func compressed(_ response: SIMD4<Double>) -> SIMD4<Double> {
      let rectified = response.replacing(with: 0, where: response .< 0)
      switch compression {
      case .none: return rectified
      case .squareRoot: return rectified.squareRoot()
      case .logarithm:
        var result = SIMD4<Double>()
        for lane in 0..<4 { result[lane] = PortableDoubleMath.log(1 + rectified[lane] * inverseReference) * scale }
        return result
      }
    }
  }

  /// Four bands: their potentials, and what they did in the tick being built.
  fileprivate struct Bands: Sendable {
    private var potential = SIMD4<Double>()
    /// Samples for which the drive still counts as 0.
    private var refractory = SIMD4<Double>()
    /// Above 0 where a band has spiked.
    var hasSpiked = SIMD4<Double>()
    /// Of compressed responses.
    var sum = SIMD4<Double>()

    @inline(__always)
    mutating func take(_ response: SIMD4<Double>, _ detection: Detection) {
      let compressed = detection.compressed(response)
      sum += compressed
      let isRefractory = refractory .> 0
      potential = potential * detection.leak + (compressed * detection.drive).replacing(with: 0, where: isRefractory)
      refractory.replace(with: refractory - 1, where: isRefractory)
      let fires = potential .> 1
      potential.replace(with: potential - 1, where: fires)
      refractory.replace(with: detection.refractorySamples, where: fires)
      hasSpiked.replace(with: 1, where: fires)
    }
  }
}
