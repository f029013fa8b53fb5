import Kernels

/// One parallel update of a crossbar by pulses that coincide: no synapse is told its change, every line only fires or not.
///
/// In each of BL time slots row i fires with probability pᵢ and column j with probability qⱼ; a device is pulsed where both
/// fire, with the sign of xᵢ·dⱼ. So n ~ Binomial(BL, pᵢ·qⱼ), and with pᵢ·qⱼ = |xᵢ·dⱼ|/(δ·BL) the mean is that of the
/// rank-1 change Δw = x dᵀ. Rows and columns have one bit stream each: pulses of one row, or of one column, correlate.
///
///     BL = ceil(max|x|·max|d|/δ), at most `bitLength`          (length management)
///     P = sqrt(max|x|·max|d|/(δ·BL)),  pᵢ = min(1, P·|xᵢ|/max|x|),  qⱼ = min(1, P·|dⱼ|/max|d|)    (balanced rows)
///     pᵢ = 1 where xᵢ ≠ 0,  qⱼ = min(1, |dⱼ|/(δ·BL))                                             (spiking rows)
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | δ | `step`: weight of one pulse | weight | | > 0 |
/// | BL | slots of an update, at most `bitLength` | slots | 31 | 1…64 |
///
/// Changes beyond δ·BL, where the length is at its limit, are cut.
/// - Reference: T. Gokmen, Y. Vlasov, Front. Neurosci. 10, 333 (2016), doi:10.3389/fnins.2016.00333; the management of
///   length and update: T. Gokmen, M. Onen, W. Haensch, Front. Neurosci. 11, 538 (2017), doi:10.3389/fnins.2017.00538.
public struct CoincidenceUpdate: Sendable {
  /// How a row's number becomes a probability.
  public enum RowCoding: Sendable, Equatable {
    /// A row fires in every slot or in none: its number is a spike, taken as 1 or 0.
    case spikes
    /// The largest row and the largest column fire equally often (update management).
    case balanced
  }

  /// Slots of one update and the probability of a line per unit of its number.
  public struct Slots: Sendable, Equatable {
    /// BL; 0 if there is nothing to write.
    public let count: Int
    /// pᵢ = min(1, rowScale·|xᵢ|), balanced rows only.
    public let rowScale: Double
    /// qⱼ = min(1, columnScale·|dⱼ|).
    public let columnScale: Double
  }

  /// Weight of one pulse, δ.
  public let step: Float
  /// Most slots of one update.
  public let bitLength: Int
  /// How a row's number becomes a probability.
  public let rowCoding: RowCoding
  private let stream: RandomStream

  /// Largest `bitLength`.
  public static let longest = 64

  /// Sets all numbers.
  public init(step: Float, bitLength: Int, rowCoding: RowCoding, seed: UInt64) {
    precondition(step > 0 && step.isFinite, "a pulse has a weight")
    precondition((1...Self.longest).contains(bitLength), "an update has 1 to \(Self.longest) slots")
    self.step = step
    self.bitLength = bitLength
    self.rowCoding = rowCoding
    stream = RandomStream(seed: seed, purpose: .coincidence)
  }

  /// The slots that an update needs whose largest numbers are `row` and `column` in magnitude, both finite.
  public func slots(largestRow row: Float, largestColumn column: Float) -> Slots {
    let row = rowCoding == .spikes ? (row == 0 ? 0 : 1) : Double(row)
    let wanted = row * Double(column) / Double(step)
    guard wanted > 0 else { return Slots(count: 0, rowScale: 0, columnScale: 0) }
    let count = Int(min(wanted.rounded(.up), Double(bitLength)))
    let product = wanted / Double(count)
    switch rowCoding {
    case .spikes: return Slots(count: count, rowScale: 0, columnScale: product / Double(column))
    case .balanced:
      let power = product.squareRoot()
      return Slots(count: count, rowScale: power / row, columnScale: power / Double(column))
    }
  }

  /// The pulses of the rank-1 change x dᵀ, row-major `[rows × columns]`; numbers that are not finite fire nothing.
  ///
  /// - Parameters:
  ///   - rows: xᵢ.
  ///   - columns: dⱼ.
  ///   - array: number of the array; different arrays draw differently.
  ///   - event: number of this update of the array, below 2⁵⁶.
  /// - Complexity: O(BL·(rows + columns) + rows × columns).
  public func pulses(rows: [Float], columns: [Float], array: Int, event: UInt64) -> [Int32] {
    let slots = slots(largestRow: Self.largest(rows), largestColumn: Self.largest(columns))
    var rowBits = [UInt64](repeating: 0, count: rows.count)
    var columnBits = [UInt64](repeating: 0, count: columns.count)
    rows.withUnsafeBufferPointer { fireRows($0, slots: slots, array: array, event: event, into: &rowBits) }
    columns.withUnsafeBufferPointer {
      fireColumns($0, firstLine: 0, slots: slots, array: array, event: event, into: &columnBits)
    }
    var result = [Int32](repeating: 0, count: rows.count * columns.count)
    for row in rows.indices where rowBits[row] != 0 {
      for column in columns.indices {
        let count = Int32((rowBits[row] & columnBits[column]).nonzeroBitCount)
        result[row * columns.count + column] = (rows[row] < 0) == (columns[column] < 0) ? count : -count
      }
    }
    return result
  }

  /// Largest magnitude among the finite numbers.
  private static func largest(_ numbers: [Float]) -> Float {
    numbers.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
  }

  /// The slots in which each row fires, bit 0 being the first.
  private func fireRows(
    _ rows: UnsafeBufferPointer<Float>, slots: Slots, array: Int, event: UInt64,
    into bits: UnsafeMutablePointer<UInt64>
  ) {
    switch rowCoding {
    case .spikes:
      let every = slots.everySlot
      for (row, number) in rows.enumerated() { bits[row] = number.isFinite && number != 0 ? every : 0 }
    case .balanced:
      // Rows have the upper half of the lines, so that no column shares a stream with a row.
      fire(rows, scale: slots.rowScale, firstGroup: 1 << 31, slots.count, array: array, event: event, into: bits)
    }
  }

  /// The slots in which each column fires, bit 0 being the first; `firstLine`, a multiple of 4, numbers the streams.
  func fireColumns(
    _ columns: UnsafeBufferPointer<Float>, firstLine: Int, slots: Slots, array: Int, event: UInt64,
    into bits: UnsafeMutablePointer<UInt64>
  ) {
    fire(
      columns, scale: slots.columnScale, firstGroup: UInt32(firstLine / 4), slots.count, array: array, event: event,
      into: bits)
  }

  private func fire(
    _ numbers: UnsafeBufferPointer<Float>, scale: Double, firstGroup: UInt32, _ count: Int, array: Int, event: UInt64,
    into bits: UnsafeMutablePointer<UInt64>
  ) {
    for group in 0..<(numbers.count + 3) / 4 {
      let lanes = 4 * group..<min(4 * group + 4, numbers.count)
      for lane in lanes { bits[lane] = 0 }
      guard lanes.contains(where: { numbers[$0] != 0 }) else { continue }
      for slot in 0..<count {
        let words = stream.words(
          firstGroup + UInt32(group), UInt32(truncatingIfNeeded: array), UInt32(truncatingIfNeeded: event),
          UInt32(truncatingIfNeeded: event >> 32) | UInt32(slot) << 24)
        for lane in lanes {
          let number = numbers[lane]
          // uniform is in (0, 1], so a number of 0 never fires and one of probability 1 always does.
          let fires = number.isFinite && Double(RandomStream.uniform(words[lane & 3])) <= Double(abs(number)) * scale
          bits[lane] |= (fires ? 1 : 0) << UInt64(slot)
        }
      }
    }
  }
}

extension CoincidenceUpdate.Slots {
  /// A line that fires in every slot.
  var everySlot: UInt64 { count == 0 ? 0 : .max >> UInt64(64 - count) }
}
