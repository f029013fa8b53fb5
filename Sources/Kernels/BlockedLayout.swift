/// Where element `(row, column)` of a `[rows × columns]` matrix lies when the columns are kept in blocks of one tile width.
///
/// A block holds all rows of `tileColumns` columns, row after row, padded to a multiple of 16 columns: a row of a tile is
/// contiguous and aligned, one thread can own a block, and the rows of all tiles above each other follow without gaps.
public struct BlockedLayout: Sendable, Equatable {
  /// Rows of the matrix: inputs.
  public let rows: Int
  /// Columns of the matrix: outputs.
  public let columns: Int
  /// Rows of a physical tile.
  public let tileRows: Int
  /// Columns of a physical tile.
  public let tileColumns: Int
  /// Columns of a block with padding, a multiple of 16.
  public let blockWidth: Int

  /// Lays out a `[rows × columns]` matrix on tiles of `tileRows × tileColumns`.
  public init(rows: Int, columns: Int, tileRows: Int, tileColumns: Int) {
    precondition(
      rows > 0 && columns > 0 && tileRows > 0 && tileColumns > 0, "a matrix and its tiles have rows and columns")
    self.rows = rows
    self.columns = columns
    self.tileRows = min(tileRows, rows)
    self.tileColumns = min(tileColumns, columns)
    blockWidth = (self.tileColumns + 15) & ~15
  }

  /// Number of blocks, which is the number of tiles side by side.
  @inlinable
  public var blockCount: Int { (columns + tileColumns - 1) / tileColumns }
  /// Number of tiles above each other.
  public var tileRowCount: Int { (rows + tileRows - 1) / tileRows }
  /// Number of tiles.
  public var tileCount: Int { blockCount * tileRowCount }
  /// Elements of a block, with padding.
  public var blockElements: Int { rows * blockWidth }
  /// Elements of the whole storage, with padding.
  public var storageCount: Int { blockCount * blockElements }
  /// Width of one vector over all columns in blocks, with padding.
  @inlinable
  public var paddedColumns: Int { blockCount * blockWidth }

  /// Columns of `block` that are real.
  public func columns(inBlock block: Int) -> Range<Int> {
    block * tileColumns..<min(columns, (block + 1) * tileColumns)
  }

  /// Position of `(row, column)` in the storage.
  @inlinable
  public func index(row: Int, column: Int) -> Int {
    let block = column / tileColumns
    return (block * rows + row) * blockWidth + column - block * tileColumns
  }

  /// Position of `column` in a vector over all columns in blocks.
  @inlinable
  public func paddedColumn(_ column: Int) -> Int {
    let block = column / tileColumns
    return block * blockWidth + column - block * tileColumns
  }

  /// Calls `body` with each column whose bit is set, in ascending order.
  /// - Parameter bits: one for each padded column `[paddedColumns / 8]`; those of the padding are 0.
  @inlinable
  public func forEachColumn(inBits bits: UnsafePointer<UInt8>, body: (_ column: Int) -> Void) {
    for byte in 0..<paddedColumns / 8 where bits[byte] != 0 {
      let (block, lane) = (byte * 8 / blockWidth, byte * 8 % blockWidth)
      for bit in 0..<8 where bits[byte] & 1 << UInt8(bit) != 0 { body(block * tileColumns + lane + bit) }
    }
  }

  /// The elements of a storage in row-major order `[rows × columns]`, without padding.
  public func rowMajor<Element>(_ storage: UnsafeMutablePointer<Element>) -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(rows * columns)
    for row in 0..<rows {
      for block in 0..<blockCount {
        let start = storage + (block * rows + row) * blockWidth
        result.append(contentsOf: UnsafeBufferPointer(start: start, count: columns(inBlock: block).count))
      }
    }
    return result
  }

  /// Writes row-major elements `[rows × columns]` into a storage; padding is left alone.
  /// - Precondition: `values.count == rows * columns`.
  public func scatter<Element>(_ values: [Element], into storage: UnsafeMutablePointer<Element>) {
    precondition(values.count == rows * columns, "wrong element count \(values.count), expected \(rows * columns)")
    for row in 0..<rows {
      for column in 0..<columns {
        storage[index(row: row, column: column)] = values[row * columns + column]
      }
    }
  }
}
