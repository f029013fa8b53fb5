import Foundation
import Testing

@testable import Reporting

/// The wear map shows each device where it is; the distribution counts them right.
@Suite("Wear figures")
struct WearFigureTests {
  private let scale = AxisScale(.logarithmic, from: 1, to: 1000, start: 0, end: 1)

  @Test("every device has its pixel, and gaps belong to none", arguments: [(130, 20), (5, 3), (1000, 70), (1, 1)])
  func everyDevice(rows: Int, columns: Int) throws {
    let map = try wornLayer("a", rows: rows, columns: columns)
    let raster = WearRaster(map, size: (686, 170), scale: scale)
    #expect(raster.x.block == 1 && raster.y.block == 1)
    for device in map.pulses.indices {
      let x = raster.x.pixel(device / columns) + raster.x.magnification - 1
      let y = raster.y.pixel(device % columns) + raster.y.magnification - 1
      let index = raster.indices[y * raster.x.pixels + x]
      let place = min(1, scale.position(Double(map.pulses[device])))
      let level = 3 + UInt8((place * Double(WearRaster.levels - 1)).rounded())
      #expect(index == (map.stuck[device] ? 2 : map.pulses[device] == 0 ? 1 : level))
    }
    let shown = raster.indices.count { $0 != WearRaster.gapIndex }
    #expect(shown == rows * columns * raster.x.magnification * raster.y.magnification)
    let gaps = ((rows - 1) / 64, (columns - 1) / 64)
    #expect(raster.x.pixels == rows * raster.x.magnification + 2 * gaps.0)
    #expect(raster.y.pixels == columns * raster.y.magnification + 2 * gaps.1)
  }

  @Test("a pixel of several devices shows stuck before most worn before never written")
  func ranks() throws {
    var pulses = [UInt64](repeating: 0, count: 4000)
    var stuck = [Bool](repeating: false, count: 4000)
    (pulses[1], pulses[10], pulses[11], pulses[12]) = (7, 1000, 7, 1000)
    stuck[11] = true
    let map = try WearMap(
      layerName: "a", rows: 4000, columns: 1, tileRows: 4000, tileColumns: 1, pulses: pulses, stuck: stuck)
    let raster = WearRaster(map, size: (500, 1), scale: scale)
    #expect(raster.x.block == 4)
    #expect(raster.indices[0] > 3 && raster.indices[0] < 102)
    #expect(Array(raster.indices[1...4]) == [1, 2, 102, 1])
  }

  @Test("the decoded picture of a large array stays small and keeps its stuck devices")
  func largeArray() throws {
    let map = try wornLayer("hidden", rows: 2312, columns: 256)
    let figure = Figures.wearMap([map, try wornLayer("output", rows: 256, columns: 10)])
    #expect(figure.utf8.count < 700_000)
    let outline = XMLOutline(figure)
    #expect((outline.counts["rect"] ?? 0) < 10)
    let address = try #require(outline.values(of: "href", in: "image").first)
    let base64 = address.dropFirst("data:image/png;base64,".count)
    let decoded = try PNGDecoder(Array(try #require(Data(base64Encoded: String(base64)))))
    let raster = WearRaster(
      map, size: (686, 170), scale: AxisScale(.logarithmic, from: 1, to: 4096, start: 0, end: 1))
    #expect(decoded.indices == raster.indices)
    #expect(decoded.indices.contains(WearRaster.stuckIndex) == map.stuck.contains(true))
  }

  @Test(
    "any shape stays within its pixels", arguments: [(1_000_000, 1, 1), (100_000, 3, 64), (2, 50_000, 7), (1, 1, 9)])
  func bounded(rows: Int, columns: Int, tile: Int) throws {
    let map = try WearMap(
      layerName: "a", rows: rows, columns: columns, tileRows: tile, tileColumns: tile,
      pulses: [UInt8](repeating: 3, count: rows * columns))
    let raster = WearRaster(map, size: (686, 256), scale: scale)
    #expect(raster.x.pixels <= 1700 && raster.y.pixels <= 700)
    #expect(XMLOutline(Figures.wearMap([map])).message == nil)
  }

  @Test("impossible shapes and wrong counts are errors that say what to give")
  func refusals() throws {
    #expect(throws: ReportingError.wrongCount(layer: "a", values: "pulses", expected: 6, found: 5)) {
      try WearMap(layerName: "a", rows: 2, columns: 3, tileRows: 1, tileColumns: 1, pulses: [1, 2, 3, 4, 5])
    }
    #expect(throws: ReportingError.wrongCount(layer: "a", values: "stuck devices", expected: 1, found: 2)) {
      try WearMap(
        layerName: "a", rows: 1, columns: 1, tileRows: 1, tileColumns: 1, pulses: [1], stuck: [true, false])
    }
    for (rows, tile) in [(-1, 1), (1, 0), (Int.max, 1)] {
      let error = #expect(throws: ReportingError.self) {
        try WearMap(layerName: "a", rows: rows, columns: 2, tileRows: tile, tileColumns: 1, pulses: [Int]())
      }
      #expect("\(try #require(error))".contains("layer \"a\""))
    }
  }

  @Test("the distribution counts devices with at least so many pulses")
  func distribution() {
    let steps = WearDistribution(layerName: "a", pulses: [0, 1, 1, 3, 10, 0, 3, 1]).complementaryDistribution()
    #expect(steps.map(\.pulses) == [1, 3, 10])
    #expect(steps.map(\.fraction) == [0.75, 0.375, 0.125])
  }

  @Test("a thinned distribution falls, ends with the most worn device and lies on the full one")
  func thinnedDistribution() {
    let full = WearDistribution(layerName: "a", pulses: (1...100_000).map { $0 * $0 % 99_991 })
    let steps = full.complementaryDistribution(limit: 100)
    #expect(steps.count <= 101)
    #expect(steps.last?.pulses == full.pulses.max().map { Double($0) })
    #expect(zip(steps, steps.dropFirst()).allSatisfy { $0.pulses < $1.pulses && $0.fraction > $1.fraction })
    for step in steps {
      let count = full.pulses.count { Double($0) >= step.pulses }
      #expect(step.fraction == Double(count) / 100_000)
    }
  }
}
