/// Level crossing with hysteresis: a channel spikes when it passes one of its fixed levels.
///
/// The levels of a channel lie at o + k Δ for all whole k. From between levels k and k + 1, an ON spike is sent and k grows by 1
/// when the signal is at least h / 2 above level k + 1, an OFF spike and k falls by 1 when it is more than h / 2 below level k. So a
/// signal that shivers by less than h around a level sends nothing. A channel moves by at most one level a tick; what is left
/// follows in the next ticks. The first sample only says where the signal begins.
///
/// Unlike the reference of ``SendOnDelta``, levels do not depend on where a signal begins.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | Δ | `spacing` of the levels, by channel | of the channel | | above 0 |
/// | o | `offset` of the levels, by channel | of the channel | 0 | |
/// | h | `hysteresis` | Δ | 0.5 | 0…1 |
///
/// - Reference: Sayiner, Sorensen and Viswanathan, A level-crossing sampling scheme for A/D conversion, IEEE TCAS-II 43(4),
///   1996, doi:10.1109/82.488288
public struct LevelCrossing: Sendable {
  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Distance of the levels of each channel, in its unit.
    public let spacings: [Float]
    /// A level of each channel, in its unit.
    public let offsets: [Float]
    /// Width of the band around a level in which nothing happens, as a part of the distance of levels.
    public let hysteresis: Float

    /// Checks and sets the settings.
    /// - Parameter offsets: One per channel; 0 where left out.
    /// - Throws: `RecordingError.setting`.
    public init(spacings: [Float], offsets: [Float]? = nil, hysteresis: Float = 0.5) throws(RecordingError) {
      let offsets = offsets ?? [Float](repeating: 0, count: spacings.count)
      try RecordingError.checkSetting("channels of level crossing", spacings.count, in: 1...1 << 29)
      try RecordingError.checkSetting("offsets of level crossing", offsets.count, in: spacings.count...spacings.count)
      try RecordingError.checkSetting("hysteresis of level crossing", hysteresis, in: 0...1)
      for spacing in spacings {
        try RecordingError.checkSetting("distance of levels", spacing, in: .leastNormalMagnitude...(.infinity))
      }
      for offset in offsets where !offset.isFinite {
        throw .setting(name: "offset of levels", expected: "a finite number", found: "\(offset)")
      }
      (self.spacings, self.offsets, self.hysteresis) = (spacings, offsets, hysteresis)
    }

    /// For numbers that are in range.
    init(spacings: [Float], offsets: [Float], checkedHysteresis hysteresis: Float) {
      (self.spacings, self.offsets, self.hysteresis) = (spacings, offsets, hysteresis)
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Number of rows, two per channel.
  public var rowCount: Int { 2 * parameters.spacings.count }

  /// The level below each channel.
  private var levels: [Float]
  private var hasStarted = false

  /// Makes an encoder.
  public init(_ parameters: Parameters) {
    self.parameters = parameters
    levels = [Float](repeating: 0, count: parameters.spacings.count)
  }

  /// Forgets the levels: the next sample begins a new signal.
  public mutating func reset() {
    hasStarted = false
  }

  /// Encodes the sample of one tick.
  /// - Parameters:
  ///   - sample: One value per channel; what is not a number sends nothing.
  ///   - emit: Called with each active row, ascending: `2 · channel` for ON, `2 · channel + 1` for OFF.
  /// - Precondition: There is a value for every channel.
  public mutating func encode(_ sample: UnsafeBufferPointer<Float>, emit: (_ row: Int) -> Void) {
    precondition(sample.count == levels.count, "a sample has \(levels.count) values")
    let margin = parameters.hysteresis / 2
    for channel in sample.indices {
      // In units of the distance of levels; far beyond these bounds single precision tells no levels apart.
      let exact = (sample[channel] - parameters.offsets[channel]) / parameters.spacings[channel]
      let position = min(max(exact, -0x1p20), 0x1p20)
      if !hasStarted {
        levels[channel] = position.isNaN ? 0 : position.rounded(.down)
      } else if position >= levels[channel] + 1 + margin {
        levels[channel] += 1
        emit(2 * channel)
      } else if position < levels[channel] - margin {
        levels[channel] -= 1
        emit(2 * channel + 1)
      }
    }
    hasStarted = true
  }
}
