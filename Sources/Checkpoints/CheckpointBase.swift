/// What a full checkpoint holds, piece by piece: enough to tell later what has changed, without a copy of it.
///
/// Pieces are told apart by XXH64. Should two different pieces ever have the same checksum, the checksum of the whole array,
/// which is stored too, does not match, and the file is refused: nothing wrong is loaded.
public struct CheckpointBase: Sendable {
  /// The pieces of one array.
  struct Pieces: Sendable {
    let shape: [Int]
    let checksums: [UInt64]
  }

  /// Name of its file, in the folder of those that build on it.
  let fileName: String
  /// Digest of its manifest.
  let manifest: String
  /// By path of the dataset.
  let pieces: [String: Pieces]
}

/// Collects the pieces of a checkpoint while it is written.
final class PieceRecorder {
  var found: [String: CheckpointBase.Pieces] = [:]
  /// Bytes written since the disk was asked to begin.
  var bytes = 0
}

/// How an array is cut into pieces: whole rows of its last axis, none beyond the end of a list. A list is all that lies behind
/// the first of three axes, such as the plane of a device, else the whole array.
struct PieceLayout {
  /// Some rows of a tile.
  private static let pieceBytes = 1 << 13
  /// Arrays below this are always written whole.
  private static let smallBytes = 1 << 13

  let shape: [Int]
  /// Values of a list.
  let listValues: Int
  /// Values of a piece that is not the last of its list.
  let pieceValues: Int
  /// Whether the array is not worth cutting.
  let isSmall: Bool

  init(shape: [Int], valueBytes: Int) {
    self.shape = shape
    let count = shape.reduce(1, *)
    let columns = max(shape.last ?? 1, 1)
    listValues = shape.count == 3 ? count / max(shape[0], 1) : count
    pieceValues = max(1, Self.pieceBytes / (columns * valueBytes)) * columns
    isSmall = count * valueBytes < Self.smallBytes
  }

  /// Pieces of a list.
  var piecesOfList: Int { (listValues + pieceValues - 1) / max(pieceValues, 1) }

  /// The values of a piece, counted over the whole array; `nil` for a number that there is not.
  func values(ofPiece number: UInt64) -> Range<Int>? {
    guard piecesOfList > 0, let number = Int(exactly: number), number / piecesOfList < shape.reduce(1, *) / listValues
    else { return nil }
    let list = number / piecesOfList * listValues
    let start = number % piecesOfList * pieceValues
    return list + start..<list + min(start + pieceValues, listValues)
  }

  /// Checksums of the pieces of values that begin with a piece and lie in one list.
  func checksums<Number: BitwiseCopyable>(of values: UnsafeBufferPointer<Number>) -> [UInt64] {
    stride(from: 0, to: values.count, by: pieceValues).map { start in
      let piece = UnsafeBufferPointer(rebasing: values[start..<min(start + pieceValues, values.count)])
      var checksum = Checksum()
      checksum.update(UnsafeRawBufferPointer(piece))
      return checksum.value
    }
  }

  /// A shape as text: `2x128x10`.
  static func text(_ shape: [Int]) -> String { shape.map(String.init).joined(separator: "x") }

  /// The shape of a text; `nil` for one that is none.
  static func shape(_ text: String) -> [Int]? {
    let extents = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
    guard extents.count <= 8, extents.allSatisfy({ 0..<1 << 40 ~= $0 }) else { return nil }
    return extents
  }
}
