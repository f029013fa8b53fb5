import Kernels

/// The frequency scale of human hearing: equivalent rectangular bandwidths (ERB).
///
///     ERB(f) = 24.7 Hz · (4.37 f / kHz + 1),   number of ERBs below f = 21.4 · log₁₀(4.37 f / kHz + 1)
///
/// - Reference: Glasberg and Moore, Hearing Research 47, 1990, doi:10.1016/0378-5955(90)90170-T
public enum AuditoryScale {
  private static let lnTen = 2.302585092994046

  /// Bandwidth of the auditory filter at a frequency, both in Hz.
  public static func bandwidth(atHertz frequency: Double) -> Double {
    24.7 * (4.37e-3 * frequency + 1)
  }

  /// Number of bandwidths below a frequency in Hz, 0 or more.
  public static func number(ofHertz frequency: Double) -> Double {
    21.4 / lnTen * PortableDoubleMath.log(4.37e-3 * frequency + 1)
  }

  /// The frequency in Hz below which there is this number of bandwidths.
  public static func hertz(ofNumber number: Double) -> Double {
    (PortableDoubleMath.exp(number * lnTen / 21.4) - 1) / 4.37e-3
  }

  /// Frequencies in Hz at equal distances on the scale, ascending, from the lowest to the highest.
  static func frequencies(count: Int, from lowest: Double, to highest: Double) -> [Double] {
    let (first, last) = (number(ofHertz: lowest), number(ofHertz: highest))
    return (0..<count).map { band in
      // The ends as given, not as computed back.
      if band == 0 { return lowest }
      if band == count - 1 { return highest }
      return hertz(ofNumber: first + (last - first) * Double(band) / Double(count - 1))
    }
  }
}
