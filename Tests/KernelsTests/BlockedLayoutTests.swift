import Kernels
import Testing

@Suite struct BlockedLayoutTests {
  private static let shapes = [
    (1, 1, 64, 64), (3, 5, 2, 2), (10, 64, 64, 64), (65, 65, 64, 64), (7, 130, 3, 17), (100, 33, 16, 16),
    (2, 48, 1, 20),
  ]

  @Test(arguments: shapes)
  func rowMajorReturnsWhatScatterStored(rows: Int, columns: Int, tileRows: Int, tileColumns: Int) {
    let layout = BlockedLayout(rows: rows, columns: columns, tileRows: tileRows, tileColumns: tileColumns)
    let values = (0..<rows * columns).map { Int32($0 + 1) }
    let storage = AlignedBuffer<Int32>(count: layout.storageCount)
    layout.scatter(values, into: storage.base)
    #expect(layout.rowMajor(storage.base) == values)
    // Padding is untouched: as many non-zero elements as values.
    #expect(Array(storage.elements).count { $0 != 0 } == values.count)
    #expect(storage[layout.index(row: rows - 1, column: columns - 1)] == Int32(rows * columns))
  }

  @Test(arguments: shapes)
  func blocksCoverEachColumnOnceInAlignedRows(rows: Int, columns: Int, tileRows: Int, tileColumns: Int) {
    let layout = BlockedLayout(rows: rows, columns: columns, tileRows: tileRows, tileColumns: tileColumns)
    #expect((0..<layout.blockCount).flatMap { Array(layout.columns(inBlock: $0)) } == Array(0..<columns))
    #expect(layout.blockWidth % 16 == 0)
    #expect(layout.tileRowCount * layout.tileRows >= rows)
    #expect((layout.tileRowCount - 1) * layout.tileRows < rows)
    #expect(layout.tileCount == layout.blockCount * layout.tileRowCount)
    for column in 0..<columns {
      let block = column / layout.tileColumns
      #expect(layout.columns(inBlock: block).contains(column))
      let inBlock = column - layout.columns(inBlock: block).lowerBound
      #expect(layout.paddedColumn(column) == block * layout.blockWidth + inBlock)
      #expect(
        layout.index(row: rows - 1, column: column) == block * layout.blockElements + (rows - 1) * layout.blockWidth
          + inBlock)
    }
  }

  @Test func bufferIsZeroedAlignedAndKeepsWhatIsCopiedIn() {
    for count in [0, 1, 15, 16, 1000] {
      let buffer = AlignedBuffer<Float>(count: count)
      #expect(UInt(bitPattern: buffer.base) % 64 == 0)
      #expect(Array(buffer.elements) == [Float](repeating: 0, count: count))
      buffer.copy(from: (0..<count).map(Float.init))
      #expect(Array(buffer.elements) == (0..<count).map(Float.init))
      buffer.fill(3)
      #expect(Array(buffer.elements) == [Float](repeating: 3, count: count))
    }
  }
}
