import Crossbars
import Devices
import Glibc
import Hardware
import Testing

@testable import Reporting

/// What a report says of writes.
@Suite("Writes in a report")
struct WriteReportTests {
  private func layer(_ name: String, attempts: [Int: UInt64], residuals: [Int: UInt64]) -> VerifiedLayer {
    var histogram = VerifyHistogram()
    for (bin, count) in attempts { histogram.attempts[bin] = count }
    for (bin, count) in residuals { histogram.residuals[bin] = count }
    return VerifiedLayer(layerName: name, histogram: histogram)
  }

  /// Coordinates of the outlines of a figure.
  private func outlines(_ figure: String) -> [[(x: Double, y: Double)]] {
    XMLOutline(figure).values(of: "points", in: "polyline").map { points in
      points.split(separator: " ").compactMap { pair in
        let numbers = pair.split(separator: ",").compactMap { Double($0) }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
      }
    }
  }

  @Test("every layer has its two outlines, and hostile names stay text")
  func drawn() {
    let figure = Figures.verifiedWrites([
      layer(hostileName, attempts: [0: 3, 1: 1000, 40: 16], residuals: [31: 500, 32: 519]),
      layer("readout", attempts: [63: 1], residuals: [0: 1]),
    ])
    #expect(XMLOutline(figure).message == nil && XMLOutline(figure).counts["script"] == nil)
    #expect(outlines(figure).count == 4)
    #expect(outlines(figure).allSatisfy { $0.count > 3 })
  }

  @Test("more writes are drawn higher, and bins of sixteen pulses as their mean")
  func heights() throws {
    let lines = outlines(
      Figures.verifiedWrites([layer("a", attempts: [1: 1000, 40: 160], residuals: [31: 10, 32: 1000])]))
    let (attempts, residuals) = (lines[0], lines[1])
    // Height above the axis on a logarithmic scale: 0.7 is the axis.
    let axis = try #require(attempts.map(\.y).max())
    let top = axis - (attempts.map(\.y).min() ?? 0)
    let wide = axis - attempts[attempts.count - 2].y
    #expect(abs(wide / top - log(10 / 0.7) / log(1000 / 0.7)) < 0.01)
    #expect(residuals.map(\.y).min()! < residuals[1].y)
    #expect(abs((residuals.map(\.x).min()! + residuals.map(\.x).max()!) / 2 - residuals[2].x) < 0.02)
  }

  @Test("layers without verified writes are left out, and nothing but them is no data")
  func empty() {
    let nothing = layer("a", attempts: [:], residuals: [:])
    #expect(XMLOutline(Figures.verifiedWrites([])).texts.contains("no data"))
    #expect(XMLOutline(Figures.verifiedWrites([nothing])).texts.contains("no data"))
    let some = layer("b", attempts: [2: .max], residuals: [3: .max])
    let outline = XMLOutline(Figures.verifiedWrites([nothing, some]))
    #expect(outline.message == nil && !outline.texts.contains("a") && outline.texts.contains("b"))
  }

  @Test("the costs that there were are listed, with their sum and its share for each sample")
  func costs() throws {
    var activity = WriteActivity()
    (activity.setPulses, activity.setCharge, activity.setPhasePulses) = (1234, 5e-3, 600)
    (activity.verifyReads, activity.verifyCharge, activity.verifyPhases) = (90, 1e-4, 80)
    let device = try #require(DeviceTechnology.named("rram-taox-hfox")).parameters
    let costs = WriteCosts(tiles: [activity, WriteActivity()], device: device, writing: WriteParameters())
    let table = CostTable(costs: costs, samples: 10).table
    #expect(table.rows.map { $0[0] }.prefix(3) == ["SET pulses", "lines", "verify reads"])
    #expect(table.rows[0][1] == "1\u{2009}234")
    #expect(table.rows.map { $0[2] }[3] == NumberText.compact(costs.energy))
    #expect(table.rows.map { $0[2] }[4] == NumberText.compact(costs.energy / 10))
    let shares = table.rows.compactMap { Double($0[3]) }
    #expect(shares.count == 3 && abs(shares.reduce(0, +) - 1) < 0.002)
  }

  @Test("the costs of reads are listed by part, with their sum and its share for each sample")
  func readCosts() throws {
    var activity = ReadActivity()
    (activity.activeRows, activity.tileReads, activity.conversions) = (1234, 500, 8000)
    let costs = ReadCosts(
      tiles: [.init(rows: 64, columns: 16, activity: activity, state: 5e-3)],
      device: try #require(DeviceTechnology.named("rram-taox-hfox")).parameters, converterBits: 6,
      neurons: .init(inputs: 64, count: 16, ticks: 700), hardware: HardwareParameters())
    let table = ReadCostTable(costs: costs, samples: 10).table
    #expect(Set(table.rows.dropLast(2).map { $0[0] }) == ["read", "conversion", "digital"])
    #expect(table.rows[0][1] == "cells" && table.rows[0][2] == "1\u{2009}234")
    #expect(table.rows.suffix(2).map { $0[3] } == [costs.energy, costs.energy / 10].map { NumberText.compact($0) })
    let shares = table.rows.compactMap { Double($0[4]) }.reduce(0, +)
    #expect(abs(shares - 1) < 0.004)
  }

  @Test("histograms of capacitances say so")
  func capacitances() {
    let histogram = ConductanceHistogram(
      layerName: "a", unit: "fF", plusBefore: [1.0, 2], plusAfter: [2.0, 3])
    let texts = XMLOutline(Figures.conductanceHistograms([histogram])).texts
    #expect(texts.contains("capacitance (fF)") && !texts.contains("conductance (µS)"))
  }
}
