import Devices
import Glibc
import Testing

@testable import Crossbars

@Suite struct BinaryDeviceTests {
  private static func device(setError: Double, resetError: Double) -> DeviceParameters {
    var device = DeviceParameters.technology("stt-mram")
    device.response = .magnetic(MagneticSwitching(setError: setError, resetError: resetError))
    return device
  }

  private static func isBinary(_ array: CrossbarArray) -> Bool {
    (0..<2).allSatisfy { plane in
      let factory = DeviceFactory(parameters: array.parameters.device, seed: 7)
      return array.state.conductances[plane].enumerated().allSatisfy { synapse, state in
        let own = factory.numbers(array: 0, device: 2 * synapse + plane)
        return state == own.low || state == own.low + own.range
      }
    }
  }

  /// n pulses fail with εⁿ, SET and RESET with their own ε: within 99.9 % of the binomial law.
  @Test(arguments: [1, 2, 3])
  func pulsesSwitchWithTheirProbability(pulses: Int) {
    let count = 20_000
    let array = CrossbarArray.make(rows: 4, columns: count / 4, device: Self.device(setError: 0.3, resetError: 0.6))
    // Weights of −limit: plus devices off, minus devices on.
    array.deploy([Float](repeating: -0.5, count: count))
    #expect(Self.isBinary(array))
    array.program(all: pulses)
    #expect(Self.isBinary(array))
    let middle = Float((array.parameters.device.off + array.parameters.device.on) / 2)
    for (plane, error) in [(0, 0.3), (1, 0.6)] {
      let expected = pow(error, Double(pulses))
      let stayed = array.conductances(plane: plane).count { ($0 < middle) == (plane == 0) }
      #expect(
        abs(Double(stayed) / Double(count) - expected) < 3.29 * (expected * (1 - expected) / Double(count)).squareRoot()
      )
    }
    // The two devices of a pair switch independently.
    let both = zip(array.conductances(plane: 0), array.conductances(plane: 1)).count { $0 < middle && $1 > middle }
    let joint = pow(0.3 * 0.6, Double(pulses))
    #expect(abs(Double(both) / Double(count) - joint) < 3.29 * (joint * (1 - joint) / Double(count)).squareRoot())
  }

  @Test(arguments: [LineBiasing.selector, .halfVoltage, .thirdVoltage])
  func statesAreBinaryWhateverIsWritten(biasing: LineBiasing) {
    let array = CrossbarArray.make(
      rows: 20, columns: 40, tile: (8, 16), device: Self.device(setError: 0.2, resetError: 0.4),
      writing: WriteParameters(biasing: biasing))
    array.deploy(ReferenceRandom.targets(800, in: -0.5...0.5))
    let fresh = array.state.conductances
    var random = ReferenceRandom(12)
    for event in 0..<30 {
      for block in 0..<array.layout.blockCount {
        array.program(random.requests(array.layout, block: block), block: block, event: UInt64(event))
      }
      #expect(Self.isBinary(array))
    }
    let moved = zip(fresh[0], array.state.conductances[0]).count { $0 != $1 }
    #expect(moved > 200)
  }

  /// A half-selected junction stays, however long its neighbours are written.
  @Test func halfSelectedJunctionsStay() {
    let array = CrossbarArray.make(
      rows: 4, columns: 4, device: .technology("stt-mram").uniform,
      writing: WriteParameters(biasing: .halfVoltage))
    array.deploy([Float](repeating: -0.5, count: 16))
    for event in 0..<500 { array.program(row: 1, column: 2, pulses: 20, event: UInt64(event)) }
    let weights = array.effectiveWeights
    #expect(weights.enumerated().allSatisfy { $0.offset == 6 ? $0.element > 0.49 : $0.element < -0.49 })
    #expect(array.halfSelectCounts(plane: 0)[5] == 10_000)
  }
}
