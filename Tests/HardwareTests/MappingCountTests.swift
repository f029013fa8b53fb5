import Hardware
import Testing

@Suite("Layers on a chip")
struct MappingCountTests {
  private func mapping(_ shapes: [LayerShape], _ geometry: ChipGeometry? = nil) throws -> ChipMapping {
    try ChipMapping(shapes, geometry: geometry ?? ChipGeometry())
  }

  @Test("VGG9 takes the 48 elements and 6 tiles that SpikeSim's own script prints")
  func publishedNetwork() throws {
    let inputs = [3, 64, 64, 128, 128, 256, 256]
    let outputs = [64, 64, 128, 128, 256, 256, 256]
    let shapes = zip(inputs, outputs).enumerated().map { index, channels in
      LayerShape.convolution(
        name: "conv\(index + 1)", inputChannels: channels.0, outputChannels: channels.1, kernelSize: 3)
    }
    let chip = try mapping(shapes)
    #expect(chip.layers.map(\.elementCount) == [1, 1, 2, 4, 8, 16, 16])
    #expect(chip.elementCount == 48 && chip.chipTileCount == 6)
    #expect(chip.crossbarCount == 432 && chip.crossbarCount == chip.providedCrossbars)
    // The nine crossbars of an element are the places of the kernel for the same channels.
    let element = chip.layers[3].crossbars(ofElement: chip.layers[3].firstElement + 1)
    #expect(element.map(\.rows.lowerBound) == (0..<9).map { $0 * 128 + 64 })
    #expect(element.allSatisfy { $0.columns == 0..<64 })
    #expect(chip.layers[0].crossbar(4).rows == 12..<15)
  }

  @Test("A recurrent layer has rows for its inputs and for its own neurons")
  func recurrent() throws {
    let chip = try mapping([.recurrent(name: "loop", inputs: 40, neurons: 100)])
    #expect(chip.layers[0].shape == LayerShape(name: "loop", rows: 140, columns: 100))
    #expect(chip.crossbarCount == 3 * 2)
    #expect(throws: MappingError.self) { try mapping([.recurrent(name: "loop", inputs: .max, neurons: 1)]) }
  }

  @Test("A layer of exactly one crossbar fills it; one more row or column takes another")
  func edges() throws {
    let exact = try mapping([LayerShape(name: "a", rows: 64, columns: 64)]).layers[0]
    #expect(exact.crossbarCount == 1 && exact.utilisation == 1 && exact.additionsPerRead == 0)
    #expect(exact.usedDevices == 64 * 64 * 2 && exact.providedDevices == exact.usedDevices)
    let taller = try mapping([LayerShape(name: "a", rows: 65, columns: 64)]).layers[0]
    #expect(taller.gridRows == 2 && taller.gridColumns == 1 && taller.additionsPerRead == 64)
    #expect(taller.crossbar(1).rows == 64..<65 && taller.crossbar(1).utilisation == 1.0 / 64)
    let wider = try mapping([LayerShape(name: "a", rows: 64, columns: 65)]).layers[0]
    #expect(wider.gridRows == 1 && wider.gridColumns == 2 && wider.additionsPerRead == 0)
    let small = try mapping([LayerShape(name: "a", rows: 3, columns: 5)])
    #expect(small.layers[0].crossbar(0).utilisation == 15.0 / 4096)
    #expect(small.chipTileCount == 1 && small.utilisation == 15.0 / Double(4096 * 72))
  }

  @Test("Layers take whole elements one after the other and share chip tiles")
  func readingOrder() throws {
    // 37 × 4 = 148 crossbars in 17 elements, then 4 × 1 in one.
    let chip = try mapping([
      LayerShape(name: "hidden1", rows: 2312, columns: 256), LayerShape(name: "readout", rows: 256, columns: 10),
    ])
    let (hidden, readout) = (chip.layers[0], chip.layers[1])
    #expect(hidden.crossbarCount == 148 && hidden.elements == 0..<17 && hidden.chipTiles == 0..<3)
    #expect(readout.crossbarCount == 4 && readout.elements == 17..<18 && readout.chipTiles == 2..<3)
    #expect(chip.chipTileCount == 3 && chip.additionsPerRead == 36 * 256 + 3 * 10)
    #expect(chip.layer(ofElement: 16) == 0 && chip.layer(ofElement: 17) == 1 && chip.layer(ofElement: 18) == nil)
    // Column blocks of 37 in elements of 9: counted one by one.
    var crossings = 0
    for number in 1..<148 where number % 37 != 0 && number / 9 != (number - 1) / 9 { crossings += 64 }
    #expect(hidden.additionsBetweenElements == crossings)
  }

  @Test(
    "Every weight lies on one crossbar, and what is used adds up",
    arguments: [
      (1, 1, 1), (63, 130, 1), (200, 7, 1), (45, 33, 9), (1152, 70, 9), (300, 300, 3),
    ])
  func partition(rows: Int, columns: Int, groups: Int) throws {
    let geometry = try ChipGeometry(
      crossbarRows: 32, crossbarColumns: 24, devicesPerWeight: 4, crossbarsPerElement: 5, elementsPerChipTile: 3)
    let shape = LayerShape(name: "a", rows: rows, columns: columns, rowGroups: groups)
    let chip = try mapping([LayerShape(name: "before", rows: 40, columns: 30), shape], geometry)
    let layer = chip.layers[1]
    var covers = [Int](repeating: 0, count: rows * columns)
    var used = 0
    var places: Set<[Int]> = []
    for number in 0..<layer.crossbarCount {
      let crossbar = layer.crossbar(number)
      for row in crossbar.rows { for column in crossbar.columns { covers[row * columns + column] += 1 } }
      used += crossbar.usedDevices
      places.insert([crossbar.element, crossbar.slot])
      #expect(crossbar.chipTile == crossbar.element / 3 && layer.elements.contains(crossbar.element))
      #expect(abs(crossbar.utilisation - crossbar.rowFraction * crossbar.columnFraction) < 1e-12)
    }
    #expect(covers.allSatisfy { $0 == 1 })
    #expect(used == layer.usedDevices && used == rows * columns * 4 && places.count == layer.crossbarCount)
    #expect(layer.elements.flatMap { layer.crossbars(ofElement: $0) }.count == layer.crossbarCount)
    #expect(layer.firstElement == chip.layers[0].elementCount)
  }

  @Test("The largest chip that is allowed is counted without overflow")
  func largest() throws {
    let geometry = try ChipGeometry(
      crossbarRows: 65_536, crossbarColumns: 65_536, devicesPerWeight: 64, crossbarsPerElement: 1024,
      elementsPerChipTile: 1024)
    let shape = LayerShape(name: "a", rows: 1 << 22, columns: 1 << 22)
    let chip = try mapping(Array(repeating: shape, count: 4096), geometry)
    #expect(chip.utilisation > 0.9 && chip.utilisation <= 1 && chip.layers[4095].utilisation == 1)
    #expect(chip.usedDevices == 4096 << 50)
  }

  @Test("What cannot be mapped is refused in a sentence")
  func refusals() throws {
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return "accepted"
    }
    #expect(
      message { _ = try ChipGeometry(crossbarsPerElement: 0) } == "crossbars per element: expected 1 to 1024, found 0")
    #expect(message { _ = try mapping([]) } == "expected 1 to 4096 layers to map, found 0")
    #expect(
      message { _ = try mapping([LayerShape(name: "fc", rows: 0, columns: 4)]) }
        == "layer \"fc\": expected 1 to 4194304 rows, found 0")
    #expect(
      message { _ = try mapping([LayerShape(name: "fc", rows: 10, columns: 4, rowGroups: 3)]) }.contains(
        "multiple of 3"))
    let huge = LayerShape.convolution(name: "c", inputChannels: .max, outputChannels: 1, kernelSize: .max)
    #expect(message { _ = try mapping([huge]) }.contains("rows"))
    #expect(
      message {
        _ = try mapping([LayerShape.convolution(name: "c", inputChannels: 3, outputChannels: 1, kernelSize: -1)])
      }.contains("rows"))
  }
}
