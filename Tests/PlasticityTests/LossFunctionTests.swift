import Foundation
import Plasticity
import Testing

@Suite struct LossFunctionTests {
  private static let values: [Float] = [0.3, -1.2, 2.5, 0] + [Float](repeating: 7, count: 12)

  private static func error(_ loss: LossFunction) -> [Float] {
    var error = [Float](repeating: .nan, count: 16)
    loss.error(values: values, count: 4, label: 1, width: 16, into: &error)
    return error
  }

  @Test(arguments: [LossFunction.crossEntropy, .squaredError])
  func errorIsTheDerivativeOfTheLoss(loss: LossFunction) {
    func value(_ y: [Double]) -> Double {
      switch loss {
      case .crossEntropy: log(y.reduce(0) { $0 + exp($1) }) - y[1]
      case .squaredError: y.enumerated().reduce(0) { $0 + 0.5 * pow($1.element - ($1.offset == 1 ? 1 : 0), 2) }
      }
    }
    let exact = Self.values[..<4].map(Double.init)
    let error = Self.error(loss)
    for output in 0..<4 {
      var (above, below) = (exact, exact)
      above[output] += 1e-5
      below[output] -= 1e-5
      #expect(abs((value(above) - value(below)) / 2e-5 - Double(error[output])) < 1e-6)
    }
    #expect(error[4...].allSatisfy { $0 == 0 })
  }

  @Test func errorsAreFilteredBackwards() {
    let signal = ErrorSignal(outputs: 2, largestWindow: 8)
    #expect(signal.stride == 16)
    for tick in 0..<3 { signal.errors[tick * 16] = Float(tick + 1) }
    signal.filterBackwards(ticks: 3, decay: 0.5)
    #expect((0..<3).map { signal.filtered[$0 * 16] } == [2.75, 3.5, 3])
    signal.filterBackwards(ticks: 1, decay: 0.5)
    #expect(signal.filtered[0] == 1)
  }
}
