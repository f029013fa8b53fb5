import HDF5Store
import Testing

@Suite struct ListTests {
  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("list.h5")
  }

  @Test(arguments: [HDF5Compression.none, .deflate(level: 1)], [1, 7, 1000])
  func valuesAppendedComeBackInOrder(compression: HDF5Compression, chunkLength: Int) throws {
    let file = try HDF5File.create(at: path)
    try file.createList(
      of: Int64.self, at: "events/t", chunkLength: chunkLength, units: "us", description: "times",
      compression: compression, attributes: ["origin": .number(Int64(5))])
    var all: [Int64] = []
    for count in [0, 1, 3, 7, 0, 500, 2] {
      let values = (0..<count).map { Int64(all.count + $0) * -3 }
      try file.append(values, toList: "events/t")
      all += values
    }
    try file.close()
    let reader = try HDF5File.open(at: path)
    #expect(try reader.read("events/t", as: Int64.self) == all)
    #expect(try reader.textAttribute("units", of: "events/t") == "us")
    #expect(try reader.numberAttribute("origin", of: "events/t", as: Int64.self) == 5)
  }

  @Test func anEmptyListIsRead() throws {
    let file = try HDF5File.create(at: path)
    try file.createList(of: UInt8.self, at: "p", chunkLength: 10, units: "1", description: "polarities")
    try file.close()
    #expect(try HDF5File.open(at: path).read("p", as: UInt8.self).isEmpty)
  }

  @Test func whatIsNoListIsRefused() throws {
    let file = try HDF5File.create(at: path)
    try file.write([UInt8](repeating: 0, count: 6), shape: [2, 3], to: "m", units: "1", description: "a matrix")
    #expect(throws: HDF5Error.wrongShape(file: path, object: "/m", expected: "a list", found: [2, 3])) {
      try file.append([UInt8(1)], toList: "m")
    }
    #expect(throws: HDF5Error.missing(file: path, object: "/n")) { try file.append([UInt8(1)], toList: "n") }
    #expect(throws: HDF5Error.self) {
      try file.createList(of: UInt8.self, at: "l", chunkLength: 0, units: "1", description: "a list")
    }
    try file.close()
  }
}
