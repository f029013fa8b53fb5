import Emulation
import Foundation
import Hardware
import Testing

@Suite struct ChipDocumentTests {
  private static let text = """
    name: two layers
    ticks: 10
    layers:
      - {name: a, inputs: 100, outputs: 64, density: 0.2}
      - {inputs: 64, outputs: 10, density: 0.05}
    chip: {crossbar: 32, adc_bits: 5, node: 32nm, schedule: pipelined, membrane: fefet, set: {leakage: 20}}

    """

  private func document(_ text: String) throws -> ChipDocument { try ChipDocument(text: text, file: "n.yaml") }

  private func replacing(_ part: String, _ other: String) -> String {
    Self.text.replacingOccurrences(of: part, with: other)
  }

  @Test func allKeysAreRead() throws {
    let document = try document(Self.text)
    #expect(document.name == "two layers" && document.shape.ticks == 10)
    #expect(document.shape.layers.map(\.name) == ["a", "layer2"])
    #expect(document.shape.layers.map(\.density) == [0.2, 0.05])
    #expect(document.crossbar == 32 && document.use.converterBits == 5 && document.node == "32nm")
    #expect(document.use.schedule == .pipelined && document.use.membrane == .ferroelectric)
    #expect(document.constants[.leakage] == 20)
    let estimate = try document.estimate()
    #expect(estimate.energy(of: .leak) > 0 && estimate.energy > estimate.energy(of: .leak))
    #expect(try document.plan().elementCount == 4 * 2 + 2)
  }

  @Test(arguments: [
    ("ticks: 10", "tick: 10", "n.yaml:2: unknown key tick; the nearest valid key is ticks"),
    ("ticks: 10", "ticks: ten", "n.yaml:2: expected a whole number, found 'ten'"),
    ("inputs: 100,", "", "n.yaml:4: expected inputs of the layer, found keys with values"),
    (
      "inputs: 64", "inputs: 63",
      "layer \"layer2\": the layer before gives 64 × 1 × 1, but its inputs are 63 × 1 × 1; make the shapes chain"
    ),
    (
      "node: 32nm", "node: 5nm",
      "the set neurosim has no constants for 5nm; neurosim knows 65nm, 45nm, 32nm and 22nm, spikesim-65nm only 65nm"
    ),
    ("node: 32nm", "device: iron", ""),
    ("adc_bits: 5", "adc_bits: 40", "adc_bits: expected 1 to 16, found 40"),
    ("crossbar: 32", "crossbar: 0", "crossbar: expected 1 to 65536, found 0"),
    (
      "crossbar: 32", "crossbar: 32, tiles: 1",
      "the network needs 2 tiles and the chip has 1, 1 too few; raise the tiles, take larger crossbars, or name no number"
    ),
    ("schedule: pipelined", "schedule: never", "n.yaml:6: expected one of layer-by-layer, pipelined, found 'never'"),
    ("set: {leakage: 20}", "set: {leakage: -1}", "leakage: expected a number of at least 0, found -1.0"),
    ("layers:", "layers: 3 #", ""),
    ("density: 0.2", "density: 2", "layer \"a\", density: expected 0 to 1, found 2.0"),
    ("name: two layers", "name: &x two", "n.yaml:1: expected plain YAML, found an anchor or alias"),
  ])
  func mistakesAreSaid(part: String, other: String, sentence: String) throws {
    let text = replacing(part, other)
    do {
      _ = try document(text).estimate()
      Issue.record("nothing was said about \(other)")
    } catch {
      #expect(sentence.isEmpty || "\(error)" == sentence)
    }
  }

  @Test(arguments: [
    "", "layers", "layers: []", "- 1", "layers: {a: 1}", "layers: [1, 2]", "\u{0}",
    "layers: [{inputs: 1e30, outputs: 1}]",
  ])
  func whatIsNoNetworkIsRefused(text: String) {
    #expect(throws: (any Error).self) { try document(text) }
  }

  @Test func thePublishedEstimatorIsThereForComparison() throws {
    let text = replacing("crossbar: 32, adc_bits: 5, node: 32nm", "constants: spikesim-65nm")
    let estimate = try document(text).estimate()
    #expect(estimate.layers.allSatisfy { $0.effectiveOperations == nil })
  }
}
