import Hardware

/// Sizes of a floor plan in px: the largest at which the chip fits the page.
struct FloorPlanLayout {
  /// The smallest boxes that are drawn.
  enum Detail {
    case crossbars, elements, chipTiles

    var explanation: String {
      switch self {
      case .crossbars: "large boxes: chip tiles, small: processing elements (PE), filled: used part of a crossbar"
      case .elements: "large boxes: chip tiles, small: processing elements (PE), filled: used share"
      case .chipTiles: "boxes: chip tiles, coloured by the share of each layer's processing elements (PE)"
      }
    }
  }

  let detail: Detail
  /// Chip tiles that are drawn, the first ones.
  let shownTiles: Int
  let tilesPerRow: Int
  let elementsPerLine: Int
  let crossbarsPerLine: Int
  /// Side of a crossbar.
  let cell: Double
  let tileGap: Double
  let labelHeight: Double

  private let crossbarLines: Int
  private let elementLines: Int

  private static let largestCell = 42.0
  private static let tallest = 760.0
  private static let mostTiles = 3000
  /// More boxes make a figure that no viewer likes.
  private static let mostBoxes = 8000

  // Lengths as multiples of the side of a crossbar.
  private static let cellGapShare = 0.14
  private static let elementPaddingShare = 0.26
  private static let elementGapShare = 0.34
  private static let tilePaddingShare = 0.45

  var cellGap: Double { cell * Self.cellGapShare }
  var elementPadding: Double { cell * Self.elementPaddingShare }
  var elementGap: Double { cell * Self.elementGapShare }
  var tilePadding: Double { cell * Self.tilePaddingShare }
  var elementSide: (x: Double, y: Double) {
    (cell * Self.elementShare(crossbarsPerLine), cell * Self.elementShare(crossbarLines))
  }
  var tileWidth: Double { cell * Self.tileShare(elementsPerLine, crossbarsPerLine) }
  /// With the label above.
  var tileHeight: Double { cell * Self.tileShare(elementLines, crossbarLines) + labelHeight }

  private static func elementShare(_ crossbars: Int) -> Double {
    Double(crossbars) + Double(crossbars - 1) * cellGapShare + 2 * elementPaddingShare
  }

  private static func tileShare(_ elements: Int, _ crossbars: Int) -> Double {
    Double(elements) * elementShare(crossbars) + Double(elements - 1) * elementGapShare + 2 * tilePaddingShare
  }

  init(_ mapping: ChipMapping, width: Double) {
    let geometry = mapping.geometry
    let tiles = min(mapping.chipTileCount, Self.mostTiles)
    let crossbars = LayoutCount.perLine(geometry.crossbarsPerElement)
    let elements = LayoutCount.perLine(geometry.elementsPerChipTile)
    let crossbarRows = LayoutCount.rows(geometry.crossbarsPerElement, crossbars)
    let elementRows = LayoutCount.rows(geometry.elementsPerChipTile, elements)
    let shareX = Self.tileShare(elements, crossbars)
    let shareY = Self.tileShare(elementRows, crossbarRows)

    func sizes(_ perRow: Int) -> (cell: Double, gap: Double, label: Double) {
      let gap = perRow > 12 ? 4.0 : 10
      let tile = (width - Double(perRow - 1) * gap) / Double(perRow)
      return (min(tile / shareX, Self.largestCell), gap, tile > 24 ? 15 : 0)
    }
    let most = min(tiles, 60)
    let perRow =
      (1...most).first { perRow in
        let size = sizes(perRow)
        let height = size.cell * shareY + size.label + size.gap
        return Double(LayoutCount.rows(tiles, perRow)) * height <= Self.tallest
      } ?? most

    (cell, tileGap, labelHeight) = sizes(perRow)
    shownTiles = tiles
    tilesPerRow = perRow
    (elementsPerLine, elementLines) = (elements, elementRows)
    (crossbarsPerLine, crossbarLines) = (crossbars, crossbarRows)
    detail =
      if cell >= 2.5, tiles * geometry.crossbarsPerChipTile <= Self.mostBoxes {
        .crossbars
      } else if cell * Self.elementShare(crossbars) >= 2.5, tiles * geometry.elementsPerChipTile <= Self.mostBoxes {
        .elements
      } else {
        .chipTiles
      }
  }
}

/// Boxes in lines.
enum LayoutCount {
  /// Boxes in each line so that `count` of them fill a shape a little wider than high, without gaps if possible.
  static func perLine(_ count: Int) -> Int {
    let least = (1...max(count, 1)).first { $0 * $0 >= count } ?? 1
    return (least...2 * least).first { count % $0 == 0 } ?? least
  }

  /// Lines for `count` boxes.
  static func rows(_ count: Int, _ perLine: Int) -> Int { (count + perLine - 1) / perLine }
}
