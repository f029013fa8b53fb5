import Hardware
import Testing

@Suite("Energy of a conversion")
struct ConverterEnergyTests {
  @Test(
    "The fit at 65, 32 and 22 nm and 20 kohm, in fJ",
    arguments: [
      (SuccessiveApproximationConverter.Node.nanometres65, [235.0, 304, 381, 557]),
      (.nanometres32, [87, 112, 138, 198]),
      (.nanometres22, [51, 64, 79, 111]),
    ])
  func table(node: SuccessiveApproximationConverter.Node, expected: [Double]) {
    for (bits, femtojoules) in zip([4, 5, 6, 8], expected) {
      let converter = SuccessiveApproximationConverter(bits: bits, node: node)
      #expect(abs(converter.energy(resistance: 20e3, readVoltage: 0.5) * 1e15 - femtojoules) < 0.7)
      #expect(converter.time == Double(bits + 1) * 1e-9)
      let hot = SuccessiveApproximationConverter(bits: bits, node: node, temperature: 400)
      let ratio = hot.energy(resistance: 20e3, readVoltage: 0.5) / converter.energy(resistance: 20e3, readVoltage: 0.5)
      #expect(abs(ratio - 1.13) < 1e-12)
      // Half the voltage is half the current: twice the resistance.
      let (low, far) = (
        converter.energy(resistance: 20e3, readVoltage: 0.25), converter.energy(resistance: 40e3, readVoltage: 0.5)
      )
      #expect(low == far)
    }
  }
}
