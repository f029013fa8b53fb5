import Testing

@testable import Reporting

/// The raster inside a figure says exactly what was put in.
@Suite("PNG")
struct PNGEncoderTests {
  private let palette = (0..<144).map { RGB(UInt32($0) &* 0x01_0307) }

  private func roundTrip(_ indices: [UInt8], width: Int) throws {
    let decoded = try PNGDecoder(PNGEncoder.encode(indices: indices, width: width, palette: palette))
    #expect(decoded.width == width && decoded.height == indices.count / width)
    #expect(decoded.indices == indices)
    #expect(decoded.palette == palette.map { [$0.red, $0.green, $0.blue] })
  }

  @Test("noise, every index", arguments: [1, 2, 7, 300])
  func noise(width: Int) throws {
    var random = SplitMix(state: UInt64(width))
    try roundTrip((0..<width * 41).map { _ in UInt8.random(in: 0..<144, using: &random) }, width: width)
  }

  @Test("runs of every length up to two longest matches", arguments: [0, 1])
  func runs(lead: Int) throws {
    for length in 1...520 {
      try roundTrip([UInt8](repeating: 9, count: lead) + [UInt8](repeating: 5, count: length), width: lead + length)
    }
  }

  @Test(
    "repeated lines reach every distance code a figure can use", arguments: [3, 5, 12, 100, 500, 1372, 5000, 32767])
  func repeatedLines(width: Int) throws {
    var random = SplitMix(state: 11)
    let line = (0..<width).map { _ in UInt8.random(in: 0..<144, using: &random) }
    try roundTrip(line + line + line.reversed() + line, width: width)
  }

  @Test("a line wider than the DEFLATE window")
  func beyondTheWindow() throws {
    var random = SplitMix(state: 12)
    let line = (0..<40_000).map { _ in UInt8.random(in: 0..<144, using: &random) }
    try roundTrip(line + line, width: line.count)
  }

  @Test("a uniform image shrinks more than ninetyfold, noise grows by less than a tenth")
  func size() {
    let uniform = PNGEncoder.encode(indices: [UInt8](repeating: 1, count: 250_000), width: 500, palette: palette)
    #expect(uniform.count < 250_000 / 90)
    var random = SplitMix(state: 5)
    let noise = (0..<250_000).map { _ in UInt8.random(in: 0..<144, using: &random) }
    #expect(PNGEncoder.encode(indices: noise, width: 500, palette: palette).count < 275_000)
  }

  @Test("the checksums of RFC 1950 and ISO/IEC 15948 on known text")
  func checksums() {
    #expect(PNGEncoder.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(PNGEncoder.adler32(Array("Wikipedia".utf8)) == 0x11E6_0398)
  }
}
