import Devices
import Kernels

/// Writes to weights that are no pairs.
extension CrossbarArray {
  /// Writes the pulses of a row to the single devices of its weights; columns with complements move the other way.
  func writeSingles(
    _ pulses: UnsafeMutablePointer<Int32>, turn: Int, row: Int, block: Int, event: UInt64, tick: UInt64
  ) {
    for place in 0..<layout.columns(inBlock: block).count
    where mappingState.isComplement(row: row, block: block, place: place) {
      pulses[place] = -pulses[place]
    }
    write(pulses, sign: 1, plane: turn, row: row, block: block, event: event, tick: tick)
  }

  /// Moves the integers of a row by the requested steps: they are read, without error, and the digits that change are
  /// written to their new states.
  func writeDigits(
    _ steps: UnsafePointer<Int32>, row: Int, block: Int, event: UInt64, tick: UInt64
  ) {
    guard let devices, let slices = coding.slices else { return }
    let start = (block * layout.rows + row) * layout.blockWidth
    let width = layout.columns(inBlock: block).count
    var goals = [[Double?]](repeating: [Double?](repeating: nil, count: width), count: planeCount)
    for place in 0..<width where steps[place] != 0 {
      let isComplement = mappingState.isComplement(row: row, block: block, place: place)
      let isNegative = mappingState.signs.count > 0 && mappingState.signs[start + place] != 0
      let before = (0..<planeCount).map {
        coding.digit(state: devices.state(at: start + place + $0 * layout.storageCount, tick: tick), plane: $0)
      }
      let code = coding.code(digits: before, isNegative: isNegative, isComplement: isComplement)
      let next = min(max(code + Int(steps[place]), -slices.largestCode), slices.largestCode)
      if mappingState.signs.count > 0 { mappingState.signs[start + place] = next < 0 ? 1 : 0 }
      for (plane, digit) in coding.digits(of: next, isComplement: isComplement).enumerated()
      where digit != before[plane] {
        goals[plane][place] = coding.state(digit: digit, plane: plane)
      }
    }
    for plane in 0..<planeCount where goals[plane].contains(where: { $0 != nil }) {
      program(goals[plane], plane: plane, row: row, block: block, event: event, tick: tick)
    }
  }
}
