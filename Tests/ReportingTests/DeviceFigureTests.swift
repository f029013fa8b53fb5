import Devices
import Foundation
import Testing

@testable import Reporting

/// Figures and tables of memory devices.
@Suite("Devices")
struct DeviceFigureTests {
  private static let measurement = Result {
    var text = "device,phase,pulse,conductance_uS\n"
    var random = SplitMix(state: 4)
    for device in 0..<12 {
      for phase in ["LTP", "LTD"] {
        for pulse in 0...30 {
          let up = (1 - exp(-Double(pulse) / 15)) / (1 - exp(-2))
          let level = device == 0 ? 0 : phase == "LTP" ? up : 1 - up
          text += "d\(device),\(phase),\(pulse),\(2 + 18 * level + Double.random(in: -0.1...0.1, using: &random))\n"
        }
      }
    }
    return try PulseMeasurement(bytes: Array(text.utf8), name: "folder/\(hostileName).csv")
  }

  private func figures() throws -> [String] {
    let measurement = try Self.measurement.get()
    return try DeviceTechnology.all.map { Figures.device($0.parameters, title: $0.name, summary: hostileName) } + [
      Figures.deviceFit(DeviceFit(measurement), measurement),
      Figures.deviceFit(DeviceFit(measurement, tabulated: true), measurement),
    ]
  }

  @Test("every technology and every fit is drawn, well-formed, on the canvas and the same each time")
  func wellFormed() throws {
    let first = try figures()
    #expect(try first == figures())
    for figure in first {
      let outline = XMLOutline(figure)
      #expect(outline.message == nil && outline.counts["script"] == nil)
      let height = try #require(outline.values(of: "height", in: "svg").first.flatMap(Double.init))
      for (name, limit) in [("x", FigureStyle.width), ("y", height)] {
        #expect(outline.values(of: name, in: "text").compactMap(Double.init).allSatisfy { 0...limit ~= $0 })
      }
      #expect(figure.utf8.count < 200_000 && !figure.contains("nan") && !figure.contains("inf\""))
      #expect(outline.texts.contains { $0.hasPrefix("Potentiation") })
    }
  }

  @Test("retention and survival are drawn where there are any")
  func panels() throws {
    func titles(_ name: String) throws -> [String] {
      XMLOutline(Figures.device(try #require(DeviceTechnology.named(name)).parameters, title: name)).texts
    }
    #expect(try !titles("ideal").contains { $0.hasPrefix("Survival") || $0.hasPrefix("Retention") })
    #expect(try titles("rram-taox-hfox").contains { $0.hasPrefix("Survival") })
    #expect(try titles("pcm-gst-2018").contains { $0.hasPrefix("Retention") })
  }

  @Test("the mean of the emulated trains follows the law")
  func population() throws {
    var parameters = try #require(DeviceTechnology.named("rram-epiram")).parameters
    parameters.cycleNoise.sigma = 0
    parameters.variation = DeviceVariation()
    let train = DevicePopulation(parameters).potentiation
    #expect(train.pulses.last == 64 && train.deviation.allSatisfy { $0 < 1e-9 })
    #expect(abs(train.mean[0] / parameters.off - 1) < 1e-5)
    #expect(abs(try #require(train.mean.last) / parameters.on - 1) < 1e-5)
  }

  @Test("the table of a device has a number, a value and a unit for all it holds")
  func facts() throws {
    for technology in DeviceTechnology.all {
      let description = DeviceDescription(technology)
      #expect(description.numbers.count > 20)
      #expect(Set(description.numbers.map { "\($0.section) \($0.name)" }).count == description.numbers.count)
      for fact in description.numbers where fact.value != nil { #expect(!fact.unit.isEmpty, "\(fact.name)") }
      for citation in technology.citations { #expect(description.text.contains(citation)) }
      for note in technology.notes { #expect(description.text.contains(note)) }
    }
    let rram = DeviceDescription(try #require(DeviceTechnology.named("rram-taox-hfox"))).text
    #expect(rram.contains("10 µS") && rram.contains("50 ns") && rram.contains("0.037"))
  }

  @Test("the catalogue lists all technologies")
  func catalogue() {
    let text = DeviceCatalogue().text
    for technology in DeviceTechnology.all { #expect(text.contains(technology.name)) }
    #expect(text.contains("5 fF") || text.contains("0.5–5 fF"))
    #expect(DeviceCatalogue.nearestName(to: "rram-taox-hfo2") == "rram-taox-hfox")
  }

  @Test("values take the prefix that suits them")
  func prefixes() {
    #expect(DeviceFact.text(3.65, "V") == "3.65 V" && DeviceFact.text(75e-9, "s") == "75 ns")
    #expect(DeviceFact.text(1e4, "s") == "10000 s" && DeviceFact.text(0, "S") == "0")
    #expect(DeviceFact.text(.infinity, "full cycles") == "unlimited" && DeviceFact.text(1e-5, "S") == "10 µS")
    #expect(
      DeviceUnit(.capacitance, largest: 5e-15).name == "fF" && DeviceUnit(.conductance, largest: 3e-8).name == "nS")
  }

  @Test("the report of a fit names data, law, numbers with errors, and what was written")
  func report() throws {
    let fit = try DeviceFit(try Self.measurement.get())
    let report = DeviceFitReport(fit, files: ["a.yaml"])
    #expect(report.stuckOff == ["d0"] && report.devices == 12 && report.trains == 22)
    for part in ["exponential", "SET nonlinearity", "stuck off", "wrote a.yaml", "R²"] {
      #expect(report.text.contains(part))
    }
    #expect(report.text.split(separator: "\n").allSatisfy { !$0.contains("\u{1}") })
  }
}
